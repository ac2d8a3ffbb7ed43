"""Foreign keys of the partner tables that hold within one organization, as migration 0002 makes them for the first ones."""

from zlib import crc32

from django.db import migrations

# table.lookup -> table
LOOKUPS = """
adx_channelpermissions.adx_accountid account
adx_channelpermissions.adx_contactid contact
adx_entityform.adx_websiteid adx_website
adx_entityform.adx_redirectwebpage adx_webpage
adx_entityformmetadata.adx_entityform adx_entityform
adx_entitylist.adx_websiteid adx_website
adx_entitylist.adx_webpagefordetailsview adx_webpage
adx_entitylist.adx_webpageforcreate adx_webpage
adx_opportunitynote.adx_opportunityid opportunity
adx_opportunitypermissions.adx_accountid account
adx_opportunitypermissions.adx_contactid contact
adx_webform.adx_startstep adx_webformstep
adx_webform.adx_websiteid adx_website
adx_webformmetadata.adx_webformstep adx_webformstep
adx_webformsession.adx_webform adx_webform
adx_webformsession.adx_currentwebformstep adx_webformstep
adx_webformsession.adx_contact contact
adx_webformsession.adx_systemuser systemuser
adx_webformstep.adx_webform adx_webform
adx_webformstep.adx_nextstep adx_webformstep
adx_webformstep.adx_previousstep adx_webformstep
adx_webformstep.adx_conditiondefaultnextstep adx_webformstep
adx_webformstep.adx_entitysourcestep adx_webformstep
adx_webformstep.adx_redirectwebpage adx_webpage
invoice.opportunityid opportunity
lead.parentaccountid account
lead.parentcontactid contact
msdyn_agreement.msdyn_serviceaccount account
msdyn_agreement.msdyn_billingaccount account
msdyn_customerasset.msdyn_account account
msdyn_customerasset.msdyn_parentasset msdyn_customerasset
msdyn_customerasset.msdyn_workorder msdyn_workorder
msdyn_project.msdyn_customer account
msdyn_project.msa_partnerid account
msdyn_workorder.msdyn_serviceaccount account
msdyn_workorder.msdyn_billingaccount account
msdyn_workorder.msdyn_agreement msdyn_agreement
msdyn_workorder.msdyn_customerasset msdyn_customerasset
opportunity.parentaccountid account
opportunity.parentcontactid contact
opportunity.originatingleadid lead
opportunity.msa_partnerid account
opportunity.msa_partneroppid contact
quote.opportunityid opportunity
adx_webpage.adx_webform adx_webform
adx_webpage.adx_entityform adx_entityform
adx_webpage.adx_entitylist adx_entitylist
"""

TABLES = """
organization_adx_channelpermissions
organization_adx_entityform
organization_adx_entityformmetadata
organization_adx_entitylist
organization_adx_opportunitynote
organization_adx_opportunitypermissions
organization_adx_webform
organization_adx_webformmetadata
organization_adx_webformsession
organization_adx_webformstep
organization_invoice
organization_lead
organization_msdyn_agreement
organization_msdyn_customerasset
organization_msdyn_project
organization_msdyn_workorder
organization_opportunity
organization_quote
"""


def _key(line: str) -> tuple[str, str]:
    source, target = line.split()
    table, column = source.split(".")
    name = f"organization_fk_{crc32(source.encode()):08x}"
    return (
        f"ALTER TABLE organization_{table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column})"
        f" REFERENCES organization_{target} (tenant_id, {target}id) ON DELETE SET NULL ({column})",
        f"ALTER TABLE organization_{table} DROP CONSTRAINT {name}",
    )


def _tenant(table: str) -> tuple[str, str]:
    name = f"organization_tenant_{crc32(table.encode()):08x}"
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id)"
        " REFERENCES embedded_organization_embeddedorganization (id) ON DELETE CASCADE",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


KEYS = [*(_tenant(table) for table in TABLES.split()), *(_key(line) for line in LOOKUPS.strip().splitlines())]


class Migration(migrations.Migration):
    dependencies = [("embedded_organization", "0006_partner")]

    operations = [
        migrations.RunSQL(
            ";".join(forward for forward, _ in KEYS),
            ";".join(back for _, back in reversed(KEYS)),
        ),
    ]
