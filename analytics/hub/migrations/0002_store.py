from django.db import migrations

COLUMNS = {
    "hub_id": "integer",
    "id": "uuid",
    "ts": "timestamptz",
    "type_id": "integer",
    "contact": "uuid",
    "portal": "uuid",
    "ref": "uuid",
    "results": "integer",
    "session": "text",
    "lang": "text",
    "txt": "text",
    "more": "jsonb",
    "received": "timestamptz",
    "counted": "smallint",
}
# Stores events whose ids differ: remembers the ids, writes the rows, counts them by day. Answers the ids that were not
# new: known already, or of a contact whose events from that time were erased. Keys are taken in order, here and by
# every other writer, so that two writers wait for each other and never deadlock.
BODY = """
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH staged AS MATERIALIZED (SELECT * FROM {source} AS s ({names})),
fresh AS (
    INSERT INTO hub_seen (hub_id, id, ts)
    SELECT hub_id, id, ts FROM staged
    WHERE NOT EXISTS (
        SELECT FROM hub_erasedcontact AS e
        WHERE e.hub_id = staged.hub_id AND e.contact = staged.contact AND staged.ts <= e.erased_at
    )
    ORDER BY hub_id, id
    ON CONFLICT DO NOTHING
    RETURNING hub_id, id
),
new AS MATERIALIZED (SELECT staged.* FROM staged JOIN fresh USING (hub_id, id)),
stored AS (INSERT INTO hub_interaction ({stored}) SELECT {stored} FROM new ON CONFLICT DO NOTHING),
daily AS (
    INSERT INTO hub_dailycount AS c (hub_id, day, portal, type_id, n)
    SELECT hub_id, {day}, {portal}, type_id, count(*) FROM new GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (hub_id, day, portal, type_id) DO UPDATE SET n = c.n + excluded.n
),
searches AS (
    INSERT INTO hub_searchcount AS c (hub_id, day, portal, text, n, without_result)
    SELECT hub_id, {day}, {portal}, left(lower(btrim(txt)), 200), count(*), count(*) FILTER (WHERE results = 0)
    FROM new WHERE counted = 1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (hub_id, day, portal, text)
    DO UPDATE SET n = c.n + excluded.n, without_result = c.without_result + excluded.without_result
),
items AS (
    INSERT INTO hub_itemcount AS c (hub_id, day, portal, type_id, ref, title, n)
    SELECT hub_id, {day}, {portal}, type_id, ref, coalesce((array_agg(txt ORDER BY ts DESC))[1], ''), count(*)
    FROM new WHERE counted = 2 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (hub_id, day, portal, type_id, ref) DO UPDATE SET n = c.n + excluded.n, title = excluded.title
)
SELECT hub_id, id::text FROM staged WHERE NOT EXISTS (
    SELECT FROM fresh WHERE fresh.hub_id = staged.hub_id AND fresh.id = staged.id
);
END
"""
WORDS = {
    "names": ", ".join(COLUMNS),
    "stored": ", ".join(name for name in COLUMNS if name != "counted"),
    "day": "(ts AT TIME ZONE 'UTC')::date",
    "portal": "coalesce(portal, '00000000-0000-0000-0000-000000000000')",
}
ARRAYS = ", ".join(f"{type_}[]" for type_ in COLUMNS.values())
PLACES = ", ".join(f"${number}" for number in range(1, len(COLUMNS) + 1))
KNOWN = "RETURNS TABLE (known_hub integer, known_id text) LANGUAGE plpgsql"
FEW = BODY.format(source=f"unnest({PLACES})", **WORDS)
MANY = BODY.format(source="hub_staging", **WORDS)


class Migration(migrations.Migration):

    dependencies = [("hub", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"CREATE FUNCTION hub_store({ARRAYS}) {KNOWN} AS $body${FEW}$body$",
            f"DROP FUNCTION hub_store({ARRAYS})",
        ),
        # The same from the connection's staging table (analytics/hub/storing.py), which need not be there yet.
        migrations.RunSQL(
            f"CREATE FUNCTION hub_store_staged() {KNOWN} AS $body${MANY}$body$",
            "DROP FUNCTION hub_store_staged()",
        ),
    ]
