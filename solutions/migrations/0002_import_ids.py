from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("solutions", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="solutioninstall",
            name="import_job_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="solutioninstall",
            name="async_operation_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="solutioninstall",
            name="import_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
