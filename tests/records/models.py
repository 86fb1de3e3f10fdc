"""The record models that tests ask, with their events and the addresses of their pages."""

from typing import Any

from django.apps import apps
from django.urls import reverse

from enterprises.models.kinds import GreenFactory
from revival.records.models import Record, Reviewed
from tests.extent import every, times

MODELS = [model for model in apps.get_models() if issubclass(model, Reviewed)]
# Of the proxies, whose pages are made alike and whose rows are of one table, one.
ASKED = times([model for model in MODELS if not model._meta.proxy or model is GreenFactory], MODELS)
every_model = every("model", ASKED)
every_record = every("model", [model for model in ASKED if issubclass(model, Record)])


def url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def events(row: Any) -> Any:
    return type(row).events.rel.related_model.objects.filter(pgh_obj_id=row.pk)
