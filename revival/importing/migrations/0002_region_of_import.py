"""The region of an import, and names of sheets of any length."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def take_regions(apps, schema_editor):  # type: ignore[no-untyped-def]
    official = apps.get_model("accounts", "Official").objects.filter(pk=OuterRef("official"))
    apps.get_model("importing", "Import").objects.update(region=Subquery(official.values("region")[:1]))


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("accounts", "0005_saved_forms"),
        ("importing", "0001_imports"),
    ]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.AlterField(
            model_name="import",
            name="sheet",
            field=models.TextField(blank=True, verbose_name="sheet"),
        ),
        migrations.AddField(
            model_name="import",
            name="region",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.region",
                verbose_name="region",
            ),
        ),
        migrations.RunPython(take_regions, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="import",
            name="region",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.region",
                verbose_name="region",
            ),
        ),
    ]
