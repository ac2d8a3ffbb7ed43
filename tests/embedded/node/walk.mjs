// Walks the surface of dynamics-web-api against an organization and prints what it got, one JSON object.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.CLIENTS}/package.json`);
const { DynamicsWebApi } = require("dynamics-web-api");

const api = new DynamicsWebApi({
  serverUrl: `${process.env.ORGANIZATION}/`,
  dataApi: { version: "9.2" },
  onTokenRefresh: async () => process.env.TOKEN,
});
const told = {};

const account = await api.create({ collection: "accounts", data: { name: "Node & Söhne", accountnumber: "N-1" } });
told.account = account;
const bind = { "parentcustomerid_account@odata.bind": `accounts(${account})` };
const contact = await api.create({
  collection: "contacts",
  data: { firstname: "Nora", lastname: "Node", ...bind },
  returnRepresentation: true,
});
told.created = contact.fullname;
told.read = (await api.retrieve({ collection: "contacts", key: contact.contactid, select: ["fullname"] })).fullname;
told.expanded = (
  await api.retrieve({
    collection: "contacts",
    key: contact.contactid,
    select: ["fullname"],
    expand: [{ property: "parentcustomerid_account", select: ["name"] }],
    includeAnnotations: "*",
  })
).parentcustomerid_account.name;
const again = await api.retrieve({
  collection: "contacts",
  key: contact.contactid,
  select: ["fullname"],
  ifnonematch: contact["@odata.etag"],
});
told.unchanged = again ?? "not sent again";

for (let number = 0; number < 5; number += 1) {
  await api.create({ collection: "contacts", data: { lastname: `Page ${number}` } });
}
const paged = { collection: "contacts", select: ["lastname"], filter: "startswith(lastname,'Page')", orderBy: ["lastname"] };
const first = await api.retrieveMultiple({ ...paged, maxPageSize: 3, count: true });
const second = await api.retrieveMultiple(paged, first.oDataNextLink);
told.pages = [first.oDataCount, first.value.length, second.value.map((row) => row.lastname)];
told.all = (await api.retrieveAll({ ...paged, maxPageSize: 2 })).value.length;
told.count = await api.count({ collection: "contacts", filter: "startswith(lastname,'page')" });
told.countAll = await api.countAll({ collection: "contacts", filter: "startswith(lastname,'page')" });
const many = await api.retrieve({
  collection: "accounts",
  key: account,
  select: ["name"],
  expand: [{ property: "contact_customer_accounts", select: ["fullname"], filter: "firstname eq 'Nora'" }],
});
told.many = many.contact_customer_accounts.map((row) => row.fullname);

await api.update({ collection: "contacts", key: contact.contactid, data: { jobtitle: "Tester" } });
await api.updateSingleProperty({ collection: "contacts", key: contact.contactid, fieldValuePair: { department: "One" } });
told.single = await api.retrieve({ collection: "contacts", key: contact.contactid, select: ["jobtitle", "department"] });
told.property = (await api.retrieve({ collection: "contacts", key: `${contact.contactid}`, navigationProperty: "parentcustomerid_account", select: ["name"] })).name;
await api.deleteRecord({ collection: "contacts", key: contact.contactid, property: "department" });
told.emptied = (await api.retrieve({ collection: "contacts", key: contact.contactid, select: ["department"] })).department;
await api.upsert({ collection: "accounts", key: "accountnumber='N-2'", data: { name: "Upserted" } });
await api.upsert({ collection: "accounts", key: "accountnumber='N-2'", data: { name: "Upserted twice" } });
told.upserted = (await api.retrieve({ collection: "accounts", key: "accountnumber='N-2'", select: ["name"] })).name;

await api.associate({
  collection: "accounts",
  primaryKey: account,
  relationshipName: "contact_customer_accounts",
  relatedCollection: "contacts",
  relatedKey: first.value[0].contactid,
});
const related = { collection: "accounts", key: account, navigationProperty: "contact_customer_accounts", select: ["lastname"] };
told.associated = (await api.retrieve(related)).value.length;
await api.disassociate({
  collection: "accounts",
  primaryKey: account,
  relationshipName: "contact_customer_accounts",
  relatedKey: first.value[0].contactid,
});
told.disassociated = (await api.retrieve(related)).value.length;
await api.associateSingleValued({
  collection: "accounts",
  primaryKey: account,
  navigationProperty: "primarycontactid",
  relatedCollection: "contacts",
  relatedKey: contact.contactid,
});
await api.disassociateSingleValued({ collection: "accounts", primaryKey: account, navigationProperty: "primarycontactid" });
const articles = await api.create({ collection: "knowledgearticles", data: { title: "How", ...(await language()) } });
const incident = await api.create({
  collection: "incidents",
  data: { title: "Why", "customerid_contact@odata.bind": `contacts(${contact.contactid})` },
});
const link = { collection: "knowledgearticles", primaryKey: articles, relationshipName: "knowledgearticle_incident", relatedKey: incident };
await api.associate({ ...link, relatedCollection: "incidents" });
await api.disassociate(link);

async function language() {
  const found = await api.retrieveMultiple({ collection: "languagelocale", filter: "localeid eq 1033", select: ["code"] });
  return { "languagelocaleid@odata.bind": `languagelocale(${found.value[0].languagelocaleid})` };
}

api.startBatch();
api.create({ collection: "accounts", data: { name: "Batched" }, contentId: "1" });
api.create({ collection: "contacts", data: { lastname: "Of it", "parentcustomerid_account@odata.bind": "$1" } });
const batched = await api.executeBatch();
told.batched = batched.length;
api.startBatch();
api.retrieveMultiple({ collection: "contacts", filter: "lastname eq 'Of it'", expand: [{ property: "parentcustomerid_account" }] });
api.count({ collection: "accounts" });
const read = await api.executeBatch();
told.batchRead = read[0].value[0].parentcustomerid_account.name;

api.startBatch();
api.create({ collection: "accounts", data: { name: "Undone" }, contentId: "1" });
api.create({ collection: "contacts", data: { nosuch: 1 } });
told.batchRefused = await api.executeBatch().then(() => "taken", (errors) => [errors[0].status, errors[0].error.code]);

told.entity = (await api.retrieveEntity({ key: "LogicalName='contact'", select: ["EntitySetName"] })).EntitySetName;
const attribute = { entityKey: "LogicalName='incident'", attributeKey: "LogicalName='prioritycode'" };
const type = "Microsoft.Dynamics.CRM.PicklistAttributeMetadata";
const priority = await api.retrieveAttribute({ ...attribute, castType: type, expand: [{ property: "OptionSet" }] });
told.options = priority.OptionSet.Options.map((option) => option.Value);
told.whoAmI = typeof (await api.callFunction("WhoAmI")).UserId;

await api.deleteRecord({ collection: "contacts", key: contact.contactid });
told.refused = await refusal(api.retrieve({ collection: "contacts", key: contact.contactid }));
told.unknown = await refusal(api.retrieveMultiple({ collection: "contacts", select: ["nosuch"] }));
told.fetched = await refusal(api.fetch({ collection: "contacts", fetchXml: "<fetch><entity name='contact'/></fetch>" }));

async function refusal(asked) {
  try {
    await asked;
    return "it was answered";
  } catch (error) {
    return [error.status, error.code];
  }
}

process.stdout.write(JSON.stringify(told));
