from django.db import migrations

FILL = """
    UPDATE projects_projectprogress g SET next_month = found.next_month
    FROM (
        SELECT id, LEAD(month) OVER (PARTITION BY project_id ORDER BY month) AS next_month
        FROM projects_projectprogress WHERE state = 'verified'
    ) found
    WHERE g.id = found.id AND found.next_month IS NOT NULL
"""


class Migration(migrations.Migration):
    """Fill which month follows each.

    Without the triggers: to them a change of what they keep, made from outside, is one of nothing, and counts as a
    new version; open changes of months that wait for review would all be stale.
    """

    dependencies = [
        ("projects", "0006_next_month_locks_indexes"),
    ]

    operations = [
        migrations.RunSQL("ALTER TABLE projects_projectprogress DISABLE TRIGGER USER", migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("ALTER TABLE projects_projectprogress ENABLE TRIGGER USER", migrations.RunSQL.noop),
    ]
