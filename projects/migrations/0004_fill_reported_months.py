from django.db import migrations


class Migration(migrations.Migration):
    """Touching the months lets their triggers fill what they keep: the project's month, and the year's plan."""

    dependencies = [
        ("projects", "0003_equipment_and_reported_months"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE projects_projectprogress SET project_id = project_id",
            migrations.RunSQL.noop,
        ),
    ]
