from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("websites", "0007_forms_sent"),
    ]

    operations = [
        migrations.AddField(
            model_name="visitorsession",
            name="id_token",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
