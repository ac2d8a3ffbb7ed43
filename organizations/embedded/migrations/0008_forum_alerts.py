"""Who wants to hear of a forum thread: a table, with foreign keys that hold within one organization."""

from zlib import crc32

from django.db import migrations, models

LOOKUPS = """
adx_communityforumalert.adx_subscriberid contact
adx_communityforumalert.adx_threadid adx_communityforumthread
adx_communityforumalert.createdby systemuser
adx_communityforumalert.modifiedby systemuser
adx_communityforumalert.ownerid systemuser
"""


def _key(line: str) -> tuple[str, str]:
    """Forward and back."""
    source, target = line.split()
    table, column = source.split(".")
    name = f"organization_fk_{crc32(source.encode()):08x}"
    return (
        f"ALTER TABLE organization_{table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column})"
        f" REFERENCES organization_{target} (tenant_id, {target}id) ON DELETE SET NULL ({column})",
        f"ALTER TABLE organization_{table} DROP CONSTRAINT {name}",
    )


TENANT = f"organization_tenant_{crc32(b'organization_adx_communityforumalert'):08x}"
KEYS = [
    (
        f"ALTER TABLE organization_adx_communityforumalert ADD CONSTRAINT {TENANT} FOREIGN KEY (tenant_id)"
        " REFERENCES embedded_organization_embeddedorganization (id) ON DELETE CASCADE",
        f"ALTER TABLE organization_adx_communityforumalert DROP CONSTRAINT {TENANT}",
    ),
    *(_key(line) for line in LOOKUPS.strip().splitlines()),
]


class Migration(migrations.Migration):

    dependencies = [
        ('embedded_organization', '0007_partner_lookups'),
    ]

    operations = [
        migrations.CreateModel(
            name='TableAdxCommunityforumalert',
            fields=[
                ('row', models.BigAutoField(primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('transaction', models.BigIntegerField(default=0)),
                ('adx_communityforumalertid', models.UUIDField()),
                ('adx_name', models.TextField(null=True)),
                ('adx_expirationdate', models.DateTimeField(null=True)),
                ('adx_subscriberid', models.UUIDField(null=True)),
                ('adx_threadid', models.UUIDField(null=True)),
                ('createdon', models.DateTimeField(null=True)),
                ('modifiedon', models.DateTimeField(null=True)),
                ('createdby', models.UUIDField(null=True)),
                ('modifiedby', models.UUIDField(null=True)),
                ('versionnumber', models.BigIntegerField(null=True)),
                ('ownerid', models.UUIDField(null=True)),
                ('statecode', models.IntegerField(null=True)),
                ('statuscode', models.IntegerField(null=True)),
            ],
            options={
                'db_table': 'organization_adx_communityforumalert',
                'indexes': [models.Index(fields=['tenant_id', 'adx_subscriberid'], name='o_communityforum_66823c07_l'), models.Index(fields=['tenant_id', 'adx_threadid'], name='o_communityforum_b79611ae_l')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'adx_communityforumalertid'), name='o_communityforumalert_once')],
            },
        ),
        migrations.RunSQL(";".join(forward for forward, _ in KEYS), ";".join(back for _, back in KEYS)),
    ]
