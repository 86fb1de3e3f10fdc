"""Fields that choose a record: what they show, and the full code that chooses one of any region."""

from functools import partial
from typing import Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.http import HttpRequest

from revival.accounts.admin_strict import PickerWidget
from revival.accounts.models import Official
from revival.accounts.requests import official
from revival.records.display import choice_text, is_readable
from revival.records.models import Record


def coded_row(field: Any, typed: Any) -> Any:
    """The row of any region whose full code is typed into the field of a model; None for other text.

    A field whose row lies where the chosen one lies takes no code: it would lie outside the region of who enters it.
    """
    related, model = field.remote_field.model, field.model
    code = related.open_code if issubclass(related, Record) else None
    copied = "region" in model.guard().follows.get(field.name, ()) if issubclass(model, Record) else False
    spelled = code.spelled(str(typed)) if code and not copied else ""
    return related.objects.named().filter(**{code.field: spelled}).first() if code and spelled else None


def begun_with(model: Any, values: dict[str, Any], user: Official) -> dict[str, Any]:
    """The values of fields of a model as a form begins with them: for a row that was chosen by its code, the code.

    The key of a row outside the scope chooses nothing, so it would be an empty choice. Other fields cost no query.
    """
    found = dict(values)
    for name, key in values.items():
        field = model._meta.get_field(name)
        related = field.related_model
        if key is None or not (field.is_relation and issubclass(related, Record) and related.open_code):
            continue
        row = related.objects.named().filter(pk=key).first()
        code = getattr(row, related.open_code.field) if row is not None and not is_readable(row, user) else None
        if code is not None and coded_row(field, code) == row:
            found[name] = code
    return found


class RecordChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The choice of a related record, by its key within the scope, or by the full code of one of any region.

    The key of a record outside the scope chooses nothing. chosen: the model field. reader: the official.
    """

    def __init__(self, queryset: Any, *, chosen: Any, reader: Any, **kwargs: Any) -> None:
        super().__init__(queryset, **kwargs)
        self.chosen, self.reader = chosen, reader

    def to_python(self, value: Any) -> Any:
        found = coded_row(self.chosen, value) if value not in self.empty_values else None
        return super().to_python(value) if found is None else found

    def label_from_instance(self, obj: Any) -> str:
        return choice_text(obj, self.reader)


class RecordPicker(PickerWidget):
    """The autocomplete of a related record, which also redraws a code that was chosen."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        groups = super().optgroups(name, value, attr)
        options = groups[0][1]
        for each in value:
            if (row := coded_row(self.field, each)) is not None:
                text = self.choices.field.label_from_instance(row)
                options.append(self.create_option(name, each, text, True, len(options)))
        return groups


def record_choice(field: Any, request: HttpRequest, site: Any) -> dict[str, Any]:
    """What the form field of a foreign key to records is made with."""
    made = partial(RecordChoiceField, chosen=field, reader=official(request))
    return {"form_class": made, "widget": RecordPicker(field, site)}


class ChoosableAdmin(BaseModelAdmin):  # type: ignore[type-arg]
    """An admin whose rows are choices in the forms of others."""

    def choice_words(self, request: HttpRequest, row: Any) -> str:
        """A row as a choice of another form."""
        return choice_text(row, official(request))

    def coded_choices(self, request: HttpRequest, field: Any, typed: str) -> list[dict[str, str]]:
        """The choice outside the scope that a full code leads to: the code in place of a key, and the name."""
        user, row = official(request), coded_row(field, typed)
        if row is None or is_readable(row, user):
            return []
        return [{"id": getattr(row, row.open_code.field), "text": choice_text(row, user)}]
