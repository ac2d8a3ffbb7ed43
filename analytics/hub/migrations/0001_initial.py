import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import uuid
from django.db import migrations, models


INTERACTIONS = """
CREATE TABLE hub_interaction (
    id uuid NOT NULL,
    ts timestamptz NOT NULL,
    received timestamptz NOT NULL,
    hub_id integer NOT NULL,
    type_id integer NOT NULL,
    contact uuid,
    portal uuid,
    ref uuid,
    results integer,
    session text,
    lang text,
    txt text,
    more jsonb,
    PRIMARY KEY (hub_id, id, ts)
) PARTITION BY RANGE (ts);
CREATE INDEX hub_interaction_contact ON hub_interaction (contact, ts DESC);
CREATE INDEX hub_interaction_ts ON hub_interaction (ts DESC);
CREATE TABLE hub_interaction_default PARTITION OF hub_interaction DEFAULT;
"""
# The running month and the next three; later ones are made ahead by the room's task.
MONTHS = """
DO $$
DECLARE
    month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
BEGIN
    FOR step IN 0..3 LOOP
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF hub_interaction FOR VALUES FROM (%L) TO (%L)',
            'hub_interaction_' || to_char(month, 'YYYY_MM'),
            month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC'
        );
        month := month + interval '1 month';
    END LOOP;
END $$
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0003_certificates_and_solutions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hub',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=64, unique=True)),
                ('retention_months', models.PositiveSmallIntegerField(default=24, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(120)])),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hubs', to='organizations.organization')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ErasedContact',
            fields=[
                ('pk', models.CompositePrimaryKey('hub', 'contact', blank=True, editable=False, primary_key=True, serialize=False)),
                ('contact', models.UUIDField()),
                ('erased_at', models.DateTimeField()),
                ('hub', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hub.hub')),
            ],
        ),
        migrations.CreateModel(
            name='DailyCount',
            fields=[
                ('portal', models.UUIDField()),
                ('day', models.DateField()),
                ('n', models.BigIntegerField()),
                ('pk', models.CompositePrimaryKey('hub', 'day', 'portal', 'type_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('type_id', models.IntegerField()),
                ('hub', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hub.hub')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ItemCount',
            fields=[
                ('portal', models.UUIDField()),
                ('day', models.DateField()),
                ('n', models.BigIntegerField()),
                ('pk', models.CompositePrimaryKey('hub', 'day', 'portal', 'type_id', 'ref', blank=True, editable=False, primary_key=True, serialize=False)),
                ('type_id', models.IntegerField()),
                ('ref', models.UUIDField()),
                ('title', models.TextField()),
                ('hub', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hub.hub')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProfileType',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=128)),
                ('entity_set', models.CharField(max_length=128)),
                ('definition', models.JSONField(default=dict)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('hub', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='profile_types', to='hub.hub')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('profile_id', models.CharField(max_length=400)),
                ('properties', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('hub', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hub.hub')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='profiles', to='hub.profiletype')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RefusalCount',
            fields=[
                ('pk', models.CompositePrimaryKey('hub', 'day', 'code', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('code', models.CharField(max_length=60)),
                ('n', models.BigIntegerField()),
                ('hub', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hub.hub')),
            ],
        ),
        migrations.CreateModel(
            name='RefusedEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('policy', models.CharField(max_length=50)),
                ('code', models.CharField(max_length=60)),
                ('message', models.CharField(max_length=500)),
                ('type_name', models.CharField(blank=True, max_length=128)),
                ('portal', models.UUIDField(null=True)),
                ('contact', models.UUIDField(null=True)),
                ('body', models.TextField()),
                ('hub', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refused_events', to='hub.hub')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SearchCount',
            fields=[
                ('portal', models.UUIDField()),
                ('day', models.DateField()),
                ('n', models.BigIntegerField()),
                ('pk', models.CompositePrimaryKey('hub', 'day', 'portal', 'text', blank=True, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('without_result', models.BigIntegerField()),
                ('hub', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hub.hub')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Seen',
            fields=[
                ('pk', models.CompositePrimaryKey('hub', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField()),
                ('ts', models.DateTimeField()),
                ('hub', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='hub.hub')),
            ],
            options={
                'db_table': 'hub_seen',
            },
        ),
        migrations.CreateModel(
            name='AuthorizationPolicy',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=50)),
                ('permissions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('Read', 'Read'), ('Write', 'Write'), ('Manage', 'Manage')], max_length=8), size=None)),
                ('primary_key', models.TextField()),
                ('secondary_key', models.TextField()),
                ('hub', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='policies', to='hub.hub')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('hub', 'name'), name='hub_policy_once')],
            },
        ),
        migrations.SeparateDatabaseAndState(
            # Django knows no partitions, so the table is made by hand. What arrives for a month that has no partition
            # yet falls into the DEFAULT one, and is moved when the month's own is made (services/partitions.py).
            database_operations=[
                migrations.RunSQL(INTERACTIONS, "DROP TABLE hub_interaction"),
                migrations.RunSQL(MONTHS, migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.CreateModel(
                    name='Interaction',
                    fields=[
                        ('pk', models.CompositePrimaryKey('hub', 'id', 'ts', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('id', models.UUIDField()),
                        ('ts', models.DateTimeField()),
                        ('type_id', models.IntegerField()),
                        ('contact', models.UUIDField(null=True)),
                        ('portal', models.UUIDField(null=True)),
                        ('ref', models.UUIDField(null=True)),
                        ('results', models.IntegerField(null=True)),
                        ('session', models.TextField(null=True)),
                        ('lang', models.TextField(null=True)),
                        ('txt', models.TextField(null=True)),
                        ('more', models.JSONField(null=True)),
                        ('received', models.DateTimeField()),
                        ('hub', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='hub.hub')),
                    ],
                    options={
                        'db_table': 'hub_interaction',
                        'indexes': [models.Index(models.F('contact'), models.OrderBy(models.F('ts'), descending=True), name='hub_interaction_contact'), models.Index(models.OrderBy(models.F('ts'), descending=True), name='hub_interaction_ts')],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='InteractionType',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=128)),
                ('entity_set', models.CharField(max_length=128)),
                ('definition', models.JSONField(default=dict)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('is_activity', models.BooleanField(default=False)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('deleted_by', models.CharField(blank=True, max_length=254)),
                ('hub', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interaction_types', to='hub.hub')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('hub', 'name'), name='hub_interaction_type_once')],
            },
        ),
        migrations.CreateModel(
            name='ModelOperation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=512)),
                ('is_new', models.BooleanField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('hub', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='model_operations', to='hub.hub')),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='hub_operation_age')],
            },
        ),
        migrations.CreateModel(
            name='ModelPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('links', 'Link'), ('relationships', 'Relationship'), ('relationshipLinks', 'Relationship Link'), ('kpis', 'Kpi'), ('views', 'View'), ('segments', 'Segment')], max_length=20)),
                ('name', models.CharField(max_length=512)),
                ('definition', models.JSONField(default=dict)),
                ('is_automatic', models.BooleanField(default=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('hub', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='hub.hub')),
            ],
            options={
                'ordering': ['kind', 'name'],
                'constraints': [models.UniqueConstraint(fields=('hub', 'kind', 'name'), name='hub_part_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='profiletype',
            constraint=models.UniqueConstraint(fields=('hub', 'name'), name='hub_profile_type_once'),
        ),
        migrations.AddConstraint(
            model_name='profiletype',
            constraint=models.UniqueConstraint(fields=('hub', 'entity_set'), name='hub_profile_set_once'),
        ),
        migrations.AddConstraint(
            model_name='profiletype',
            constraint=models.CheckConstraint(condition=models.Q(('entity_set', 'Interactions'), _negated=True), name='hub_profile_set_free'),
        ),
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.UniqueConstraint(fields=('type', 'key'), name='hub_profile_once'),
        ),
        migrations.AddIndex(
            model_name='refusedevent',
            index=models.Index(fields=['hub', '-id'], name='hub_refused_newest'),
        ),
    ]
