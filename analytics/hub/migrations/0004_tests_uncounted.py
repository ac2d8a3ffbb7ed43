from importlib import import_module

from django.db import migrations

_before = import_module("analytics.hub.migrations.0003_quicker_store")
# Interactions by which a sender tries its connection (counted = 3, analytics/hub/rules.py) are in no count.
DAILY = "type_id, count(*) FROM new GROUP BY"
DAILY_BUT_TESTS = "type_id, count(*) FROM new WHERE counted <> 3 GROUP BY"


class Migration(migrations.Migration):

    dependencies = [("hub", "0003_quicker_store")]

    operations = [migrations.RunSQL(_before.STORE.replace(DAILY, DAILY_BUT_TESTS), _before.STORE)]
