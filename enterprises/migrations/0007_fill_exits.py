from django.db import migrations

COLUMNS = (
    "enterprise_id, kind, exited_on, region_id, industry, state, submitted_by_id, submitted_at, verified_by_id, "
    "verified_at, comment, version, created_by_id, changed_by_id, source"
)


class Migration(migrations.Migration):
    """Enterprises that had an end typed get the exit that ends them from now on, reviewed as they were."""

    dependencies = [
        ("enterprises", "0006_exits_and_products"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.RunSQL(
            f"INSERT INTO enterprises_enterpriseexit ({COLUMNS}) "
            "SELECT id, 'closed', active_until, region_id, industry, state, submitted_by_id, submitted_at, "
            "verified_by_id, verified_at, comment, 1, created_by_id, changed_by_id, source "
            "FROM enterprises_enterprise WHERE active_until IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
