from django.db import migrations


class Migration(migrations.Migration):
    """Touching the months lets their triggers fill what they keep: which month follows each.

    Until `manage.py roles` has run, the new functions that write events would compare each row with each.
    """

    dependencies = [
        ("projects", "0006_next_month_locks_indexes"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL enable_nestloop = off", migrations.RunSQL.noop),
        migrations.RunSQL(
            "UPDATE projects_projectprogress SET project_id = project_id",
            migrations.RunSQL.noop,
        ),
    ]
