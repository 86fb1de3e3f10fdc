"""Digests by which rows of a file are found that look the same."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("importing", "0002_region_of_import")]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.AddField(
            model_name="importrow",
            name="likeness",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=django.contrib.postgres.indexes.GinIndex(fields=["likeness"], name="import_row_likeness"),
        ),
    ]
