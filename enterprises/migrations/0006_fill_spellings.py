from django.db import migrations

from revival.accounts.spelling import fill_spellings


def fill(apps, schema_editor):
    """Write the spellings of names from before there was a column for them."""
    for model in apps.get_app_config("enterprises").get_models():
        if not model._meta.proxy:
            fill_spellings(model)


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0005_spelling_is_no_data'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
