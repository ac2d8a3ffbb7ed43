from importlib import import_module

from django.db import migrations, models

_before = import_module("analytics.hub.migrations.0002_store")
ARRAYS = _before.ARRAYS
# As before, but for rows with the key below: an id that hub_seen did not know has no row, so nothing is looked for again.
STORED = " FROM new ON CONFLICT DO NOTHING)"
FEW = _before.FEW.replace(STORED, " FROM new)")
# hub_store() is called with one row or with thousands. The plan fits both, and is made once for each connection: for a
# single event, planning cost more than storing.
FUNCTION = "CREATE OR REPLACE FUNCTION hub_store({arrays}) {known} {settings} AS $body${body}$body$"
STORE = FUNCTION.format(
    arrays=ARRAYS, known=_before.KNOWN, settings="SET plan_cache_mode = force_generic_plan", body=FEW
)
STORE_BEFORE = FUNCTION.format(arrays=ARRAYS, known=_before.KNOWN, settings="", body=_before.FEW)
STAGED_BEFORE = f"CREATE FUNCTION hub_store_staged() {_before.KNOWN} AS $body${_before.MANY}$body$"

# (hub, time, id) rather than (hub, id, time): rows come in the order of their time, more or less, so the index grows at
# its end instead of everywhere. It answers "the newest events of a hub" as well, for which there was an index more.
KEY = """
DROP INDEX hub_interaction_ts;
ALTER TABLE hub_interaction DROP CONSTRAINT hub_interaction_pkey;
ALTER TABLE hub_interaction ADD PRIMARY KEY (hub_id, ts, id);
"""
KEY_BEFORE = """
ALTER TABLE hub_interaction DROP CONSTRAINT hub_interaction_pkey;
ALTER TABLE hub_interaction ADD PRIMARY KEY (hub_id, id, ts);
CREATE INDEX hub_interaction_ts ON hub_interaction (ts DESC);
"""
# A count is written again and again: with room on its page, its index need not be written each time.
COUNTS = ("hub_dailycount", "hub_searchcount", "hub_itemcount")
ROOM = "".join(f"ALTER TABLE {table} SET (fillfactor = 60);" for table in COUNTS)
ROOM_BEFORE = "".join(f"ALTER TABLE {table} RESET (fillfactor);" for table in COUNTS)


class Migration(migrations.Migration):

    dependencies = [("hub", "0002_store")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(KEY, KEY_BEFORE)],
            state_operations=[
                migrations.RemoveIndex("interaction", "hub_interaction_ts"),
                migrations.AlterField(
                    "interaction",
                    "pk",
                    models.CompositePrimaryKey(
                        "hub", "ts", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
        migrations.RunSQL(ROOM, ROOM_BEFORE),
        migrations.RunSQL(STORE, STORE_BEFORE),
        migrations.RunSQL("DROP FUNCTION hub_store_staged()", STAGED_BEFORE),
    ]
