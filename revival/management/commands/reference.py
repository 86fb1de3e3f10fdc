"""`manage.py reference`: adds the reference rows that are missing."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import serializers
from django.core.management.base import BaseCommand
from django.db import transaction

from revival.accounts.models import Region
from revival.accounts.spelling import fill_spellings
from revival.evaluation.models import IndexSystem, SystemStatus

FILES = ("regions.json", "loan_products.json", "article.json", "evaluation.json")


class Command(BaseCommand):
    help = "Load the missing reference data from fixtures/. Existing rows stay unchanged, but get a missing spelling."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            for name in FILES:
                text = Path(settings.FIXTURE_DIRS[0], name).read_text(encoding="utf-8")
                added = sum(load(item.object) for item in serializers.deserialize("json", text))
                if added:
                    self.stdout.write(f"{name}: {added} rows")
            if filled := fill_spellings(Region):
                self.stdout.write(f"Spellings of {filled} regions")
            # Rows of a version can be written only while it is a draft.
            for system in IndexSystem.objects.filter(version=1, status=SystemStatus.DRAFT):
                system.put_to_use()


def load(row: Any) -> bool:
    """Insert the row unless its key is taken. Its own save() runs, so that derived columns are set."""
    if type(row)._default_manager.filter(pk=row.pk).exists():
        return False
    row.save(force_insert=True)
    return True
