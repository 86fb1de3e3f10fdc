"""A form that is posted twice is saved once: the second post leads to what the first one made.

The first post writes a row with the form's token in the transaction that saves it. A second one at the same moment
waits for it at the unique constraint.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import IntegrityError, transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from revival.accounts.models import SavedForm
from revival.accounts.requests import official
from revival.accounts.tokens import UNSAVED, integer, posted_digest, posted_token
from revival.punctuation import listed

RESULT = "_saved_result"  # set on a request once its form is saved
KEPT_FOR = timedelta(days=2)  # a session lasts for half a day
PRUNED = 50  # old rows that one save removes at most


@dataclass
class SavedResult:
    """What a post made: the key of the row, those of new rows on its page by formset and number, and a sentence."""

    key: str = ""
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    told: str = ""


@dataclass
class Unsaved:
    """Why a form is shown filled in and not saved. saved: the earlier save of the same form, if that is why."""

    said: str
    saved: SavedForm | None = None


class SavedBefore(Exception):
    """The posted form was saved before. The transaction that asked is to be left, and has saved nothing."""


def new_claim(request: HttpRequest, key: str = "") -> SavedForm:
    """The new row of the posted form. Waits while another request saves the same form. Raises SavedBefore.

    key: that of the row which the form changes, so that nothing is left to write down once it is saved.
    """
    setattr(request, RESULT, SavedResult())
    try:
        return SavedForm.objects.create(**claimed(request), digest=posted_digest(request), key=key)
    except IntegrityError as error:
        raise SavedBefore from error


def earlier_claim(request: HttpRequest) -> SavedForm:
    """The row of the posted form, which was saved before."""
    return SavedForm.objects.get(**claimed(request))


def claimed(request: HttpRequest) -> dict[str, Any]:
    """What a form is known by."""
    return {"official": official(request), "token": posted_token(request), "path": request.path[:200]}


def claim_form(request: HttpRequest) -> tuple[SavedForm, bool]:
    """The row of the posted form, and whether it is new, within the transaction of the caller."""
    try:
        with transaction.atomic():
            return new_claim(request), True
    except SavedBefore:
        return earlier_claim(request), False


def settle_form(request: HttpRequest, form: SavedForm) -> None:
    """Write down what the post made; where nothing was saved, the form may be posted again."""
    result = saved_result(request)
    if not (result.key or result.told):
        form.delete()
        return
    if (form.key, form.made, form.told) != (result.key, result.rows, result.told):
        form.key, form.made, form.told = result.key, result.rows, result.told
        form.save(update_fields=("key", "made", "told"))
    prune_forms()


def saved_result(request: HttpRequest) -> SavedResult:
    """The result of the request, to be filled in by who saves. Without a token nobody reads it."""
    if not hasattr(request, RESULT):
        setattr(request, RESULT, SavedResult())
    result: SavedResult = getattr(request, RESULT)
    return result


def prune_forms() -> None:
    """Delete a few rows of long ago. Rows that another request deletes at this moment are left to it."""
    old = SavedForm.objects.filter(at__lt=timezone.now() - KEPT_FOR).order_by("at")
    keys = [each.pk for each in old.select_for_update(skip_locked=True)[:PRUNED]]
    if keys:
        SavedForm.objects.filter(pk__in=keys).delete()


def unsaved(request: HttpRequest) -> Unsaved | None:
    """Why the posted form is only shown; None where it is saved."""
    return getattr(request, UNSAVED, None)


def unsaved_form(form: Any, why: Unsaved) -> Any:
    """The class of a form that is shown filled in, with the reason, and never valid.

    A form that was saved before is a change of what is stored now: it takes the hidden fields, such as the version.
    """

    class UnsavedForm(form):
        data: Any

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if why.saved is None or not self.is_bound:
                return
            self.data = self.data.copy()
            for name, each in self.fields.items():
                if each.widget.is_hidden:
                    value = self.get_initial_for_field(each, name)
                    self.data[self.add_prefix(name)] = "" if value is None else str(value)

        def full_clean(self) -> None:
            super().full_clean()
            if not self.is_bound:
                return
            names = [name for name in self.changed_data if not self.fields[name].widget.is_hidden]
            labels = [str(self.fields[name].label) for name in names]
            more = [_("Different now: %(fields)s.") % {"fields": listed(labels)}] if why.saved and labels else []
            for sentence in (why.said, *more):
                self.add_error(None, sentence)
            errors = self._errors[NON_FIELD_ERRORS].data
            errors[:] = [*errors[-1 - len(more) :], *errors[: -1 - len(more)]]

    return UnsavedForm


def rows_as_stored(data: Any, prefix: str, stored: Mapping[int, Any]) -> QueryDict:
    """The posted rows of a formset, those that were made from them before as rows that exist.

    stored: the row that was made, by its number on the page. Rows that exist come first in a post.
    """
    known, total = integer(data.get(f"{prefix}-INITIAL_FORMS")), integer(data.get(f"{prefix}-TOTAL_FORMS"))
    made = [at for at in sorted(stored) if known <= at < total]
    order = [*range(min(known, total)), *made, *(at for at in range(known, total) if at not in made)]
    place = {str(was): at for at, was in enumerate(order)}
    found = QueryDict(mutable=True)
    for name, values in data.lists():
        number, _dash, rest = name.removeprefix(f"{prefix}-").partition("-")
        moved = name.startswith(f"{prefix}-") and number in place
        found.setlist(f"{prefix}-{place[number]}-{rest}" if moved else name, values)
    for at in made:
        row = stored[at]
        found[f"{prefix}-{place[str(at)]}-{row._meta.pk.name}"] = str(row.pk)
        if hasattr(row, "version"):
            found[f"{prefix}-{place[str(at)]}-version"] = str(row.version)
    found[f"{prefix}-INITIAL_FORMS"] = str(known + len(made))
    return found
