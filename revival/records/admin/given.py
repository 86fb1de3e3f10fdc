"""What choosing an enterprise or park fills in on the form of a record: its region and its industry."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.records.beside import given_names, lived
from revival.records.display import value_text
from revival.records.models import Record


def is_given_by(model: Any, row: Any, user: Official) -> tuple[str, ...]:
    """The fields of a model that a chosen row gives. One outside the official's region gives nothing of its own."""
    return given_names(model) if user.region.holds(row.region) else ()


def choices_given(field: Any, row: Any, user: Official) -> dict[str, Any]:
    """What the choice of a row for a field fills in: by name, the value and its words, as a picker's answer."""
    model = field.model
    if not issubclass(model, Record) or field.name not in {each.name for each in lived(model)}:
        return {}
    found = {}
    for name in is_given_by(model, row, user):
        of = row._meta.get_field(name)
        value = of.value_from_object(row)
        found[name] = {"id": value, "text": str(row.region) if of.is_relation else value_text(of, value)}
    return {"given": found} if found else {}


def filled_data(form: Any, user: Official) -> Any:
    """The posted data of a form, where what is left blank is what the chosen enterprise or park has.

    It also marks the fields that fill in others, for the script that does so at once.
    """
    model = form._meta.model
    names = [name for name in given_names(model) if name in form.fields] if issubclass(model, Record) else []
    keys = [each.name for each in lived(model) if each.name in form.fields] if names else []
    for key in keys:
        widget = form.fields[key].widget
        getattr(widget, "widget", widget).attrs["data-given"] = _("Filled in: {fields}.")
    blank = [name for name in names if not str(form.data.get(form.add_prefix(name), "")).strip()]
    for key in keys if form.is_bound and blank else ():
        field, widget = form.fields[key], form.fields[key].widget
        try:
            row = field.clean(widget.value_from_datadict(form.data, form.files, form.add_prefix(key)))
        except ValidationError:
            continue
        if row is not None and is_given_by(model, row, user):
            data = form.data.copy()
            for name in blank:
                data[form.add_prefix(name)] = str(row._meta.get_field(name).value_from_object(row))
            return data
    return form.data
