"""Links to imports for the pages of data entry, which know neither the kinds of files nor the rooms of this one.

The tags are known to every template (settings.TEMPLATES).
"""

from typing import Any, NamedTuple

from django import template
from django.contrib import admin
from django.urls import reverse

from revival.catalogue import IMPORTS
from revival.importing.models import Import
from revival.importing.spec import ImportSpec
from revival.importing.views import visible_imports
from revival.importing.writing import may_import

register = template.Library()


class KindLinks(NamedTuple):
    """A kind of records in files, as a list of data entry links to it. of_rows: it is that of rows on its records."""

    title: str
    url: str
    editing: str
    of_rows: bool


def spec_of(model: Any) -> ImportSpec | None:
    """The kind of files of a model, or of what it is a proxy of."""
    return next((spec for spec in IMPORTS if spec.model is model._meta.concrete_model), None)


@register.simple_tag(takes_context=True)
def import_links(context: template.Context, opts: Any) -> list[KindLinks]:
    """The kinds that a list offers to bring and to take: its own, and those of the rows of its records."""
    request = context["request"]
    model = opts.model
    inlines = admin.site.get_model_admin(model).inlines if admin.site.is_registered(model) else ()
    found = []
    for each in (model, *(inline.model for inline in inlines)):
        spec = spec_of(each)
        if spec is not None and may_import(request.user, spec):
            query = list_query(request, model) if each is model else ""
            editing = f"{reverse('import-editing', args=[spec.name])}{query}"
            found.append(KindLinks(spec.title, spec.get_absolute_url(), editing, of_rows=each is not model))
    return found


def list_query(request: Any, model: Any) -> str:
    """The query of the list as it stands; that of a proxy's list names its kind too."""
    query = request.GET.copy()
    query.pop("p", None)  # the file holds all pages
    if model._meta.proxy:
        query.setdefault("kind__exact", model.kind_of_all.value)
    return f"?{query.urlencode()}" if query else ""


@register.simple_tag(takes_context=True)
def record_import(context: template.Context, record: Any) -> Import | None:
    """The import that wrote a record last, where the reader may see it."""
    number, spec = getattr(record, "import_id", None), spec_of(type(record)) if record is not None else None
    user = context["request"].user
    if not number or spec is None or not may_import(user, spec):
        return None
    found: Import | None = visible_imports(user).filter(pk=number).first()
    return found
