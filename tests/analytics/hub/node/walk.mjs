// Walks the surface of @azure/arm-customerinsights that a hub serves and prints what it got, one JSON object.
import { createRequire } from "node:module";

const require = createRequire(`${process.env.CLIENTS}/package.json`);
const { CustomerInsightsManagementClient } = require("@azure/arm-customerinsights");

const credential = { getToken: async () => ({ token: process.env.TOKEN, expiresOnTimestamp: Date.now() + 3600000 }) };
const client = new CustomerInsightsManagementClient(credential, "any-subscription", { endpoint: process.env.HUB });
const [group, hub] = ["any-group", process.env.NAME];
const quick = { updateIntervalInMs: 10 };
const told = {};

const refusal = async (act) => {
  try {
    await act();
    return null;
  } catch (error) {
    return [error.statusCode, error.code];
  }
};
const names = async (pages) => {
  const found = [];
  for await (const one of pages) found.push(one.typeName ?? one.linkName ?? one.kpiName ?? one.policyName ?? one.name);
  return found.sort();
};

told.hub = (await client.hubs.get(group, hub)).provisioningState;

const profile = await client.profiles.beginCreateOrUpdateAndWait(group, hub, "Contact", {
  apiEntitySetName: "Contacts",
  displayName: { "en-us": "Contact" },
  fields: [{ fieldName: "crmrecordid", fieldType: "Edm.String", isRequired: true }],
  strongIds: [{ strongIdName: "crmrecordid", keyPropertyNames: ["crmrecordid"] }],
}, quick);
told.profile = [profile.typeName, profile.provisioningState, profile.entityType, profile.tenantId];

const definition = {
  apiEntitySetName: "Visits",
  idPropertyNames: ["visit"],
  timestampFieldName: "at",
  fields: [
    { fieldName: "visit", fieldType: "Edm.String", isRequired: true },
    { fieldName: "at", fieldType: "Edm.DateTimeOffset" },
    { fieldName: "who", fieldType: "Edm.String" },
    { fieldName: "minutes", fieldType: "Edm.Int32" },
  ],
};
const interaction = await client.interactions.beginCreateOrUpdateAndWait(group, hub, "Visit", definition, quick);
told.interaction = [interaction.typeName, interaction.provisioningState, interaction.isActivity];
told.again = (await client.interactions.beginCreateOrUpdateAndWait(group, hub, "Visit", definition, quick)).typeName;
told.read = (await client.interactions.get(group, hub, "Visit")).fields.length;
told.interactions = await names(client.interactions.listByHub(group, hub));
told.suggested = (await client.interactions.suggestRelationshipLinks(group, hub, "Visit")).suggestedRelationships;

const link = await client.links.beginCreateOrUpdateAndWait(group, hub, "VisitOfContact", {
  sourceEntityType: "Interaction",
  sourceEntityTypeName: "Visit",
  targetEntityType: "Profile",
  targetEntityTypeName: "Contact",
  participantPropertyReferences: [{ sourcePropertyName: "who", targetPropertyName: "crmrecordid" }],
  referenceOnly: true,
}, quick);
told.link = [link.linkName, link.participantPropertyReferences[0].targetPropertyName];
told.links = await names(client.links.listByHub(group, hub));

const relationship = await client.relationships.beginCreateOrUpdateAndWait(group, hub, "Knows", {
  profileType: "Contact",
  relatedProfileType: "Contact",
  cardinality: "ManyToMany",
}, quick);
told.relationship = [relationship.relationshipName, relationship.cardinality];
const relationshipLink = await client.relationshipLinks.beginCreateOrUpdateAndWait(group, hub, "KnowsByVisit", {
  relationshipName: "Knows",
  interactionType: "Visit",
  profilePropertyReferences: [{ profilePropertyName: "crmrecordid", interactionPropertyName: "who" }],
  relatedProfilePropertyReferences: [{ profilePropertyName: "crmrecordid", interactionPropertyName: "who" }],
}, quick);
told.relationshipLink = relationshipLink.relationshipName;

const kpi = await client.kpi.beginCreateOrUpdateAndWait(group, hub, "Minutes", {
  entityType: "Interaction",
  entityTypeName: "Visit",
  calculationWindow: "Day",
  function: "Sum",
  expression: "minutes",
}, quick);
told.kpi = [kpi.kpiName, kpi.function];

const view = await client.views.createOrUpdate(group, hub, "Mine", { userId: "me", definition: "{}" });
told.view = view.viewName;
const views = async (user) => names(client.views.listByHub(group, hub, user));
told.views = [(await views("me")).length, (await views("*")).length];
told.reprocessed = (await refusal(() => client.kpi.reprocess(group, hub, "Minutes"))) ?? "taken";

const policy = await client.authorizationPolicies.createOrUpdate(group, hub, "Sender", { permissions: ["Write"] });
told.policy = [policy.policyName, policy.permissions];
const fresh = await client.authorizationPolicies.regenerateSecondaryKey(group, hub, "Sender");
told.keys = [fresh.primaryKey === policy.primaryKey, fresh.secondaryKey === policy.secondaryKey];
told.policies = await names(client.authorizationPolicies.listByHub(group, hub));

await client.kpi.beginDeleteAndWait(group, hub, "Minutes", quick);
told.gone = await refusal(() => client.kpi.get(group, hub, "Minutes"));
told.used = await refusal(() => client.profiles.beginDeleteAndWait(group, hub, "Contact", quick));
await client.links.delete(group, hub, "VisitOfContact");
told.refused = {
  connectors: await refusal(() => names(client.connectors.listByHub(group, hub))),
  name: await refusal(() => client.profiles.beginCreateOrUpdateAndWait(group, hub, "1st", { fields: [] }, quick)),
  reserved: await refusal(() => client.profiles.beginCreateOrUpdateAndWait(group, hub, "ProfileId", {}, quick)),
  hub: await refusal(() => client.hubs.get(group, "elsewhere")),
};
console.log(JSON.stringify(told));
