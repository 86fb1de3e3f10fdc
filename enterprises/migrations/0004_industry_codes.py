from django.db import migrations

from enterprises.codes import industry_code


def with_section(apps, schema_editor):
    """Give every industry code the letter of its section."""
    enterprise = apps.get_model("enterprises", "Enterprise")
    rows = enterprise._base_manager.exclude(industry_code="").exclude(industry_code__regex="^[A-T]")
    for code in set(rows.values_list("industry_code", flat=True)):
        enterprise._base_manager.filter(industry_code=code).update(industry_code=industry_code(code))


class Migration(migrations.Migration):

    dependencies = [
        ("enterprises", "0003_parks_and_designations"),
    ]

    operations = [
        migrations.RunPython(with_section, migrations.RunPython.noop),
    ]
