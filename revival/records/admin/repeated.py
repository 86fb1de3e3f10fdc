"""Add forms that begin with values of a stored record: the one saved just before, or that of last year.

A link names only the record. Which values it fills in is declared here, so that no link fills in a form with values
of its own, and opening one writes nothing.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from revival.accounts.admin_strict import StrictAdmin
from revival.accounts.models import Official
from revival.accounts.requests import official
from revival.records.admin.choices import begun_with
from revival.records.days import LAST_YEAR
from revival.records.display import data_fields
from revival.records.review import in_own_region, may

LIKE, COPY = "like", "copy"  # the parameters that name the record of before and the record of last year
# What the next record of a pile has in common with the one before: whose it is, where, of what kind and when. Names,
# codes, amounts and quantities are its own. Records add the day, the month or the year in which they are reported.
REPEATED = {"enterprise", "park", "region", "industry", "kind", "category", "fund", "method", "tier", "level", "unit"}
REPEATED |= {"action", "activity", "year", "planned_year"}


class RepeatedEntry(StrictAdmin):
    """An admin whose next add form keeps what records of a pile share, and that copies a record for the next year.

    repeated: the fields that are kept, of those that the record has. next_year: the fields that the copy of a record
    for the next year takes from it, apart from the year; none for records that are not copied.
    """

    repeated = REPEATED
    next_year: tuple[str, ...] = ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the record that a link names fills in. Raises Http404 where the official cannot see that record."""
        initial = super().get_changeform_initial_data(request)
        if (row := self.named_row(request, LIKE)) is not None:
            initial |= values_of(row, self.repeated_fields(), official(request))
        if (row := self.named_row(request, COPY)) is not None:
            initial |= {**values_of(row, self.next_year, official(request)), "year": row.year + 1}
        return initial

    def repeated_fields(self) -> list[str]:
        """The names of the fields that the next add form keeps."""
        shared = self.repeated | {*self.model.guard().reported_in}
        return [field.name for field in data_fields(self.model) if field.name in shared]

    def named_row(self, request: HttpRequest, parameter: str) -> Any:
        """The record of the official's region that a link names; None where it names none."""
        if parameter not in request.GET or (parameter == COPY and not self.next_year):
            return None
        key = self.opts.pk
        try:
            key.run_validators(key.to_python(request.GET[parameter]))
        except ValidationError:
            raise Http404 from None
        row, user = self.get_queryset(request).filter(pk=request.GET[parameter]).first(), official(request)
        if row is not None and parameter == COPY and row.year >= LAST_YEAR:
            raise Http404
        if row is None or not (in_own_region(user, row) and self.has_view_or_change_permission(request, row)):
            raise Http404
        return row

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.like_saved(request, obj, super().response_add(request, obj, *args, **kwargs))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.like_saved(request, obj, super().response_change(request, obj))

    def like_saved(self, request: HttpRequest, obj: Any, answer: HttpResponse) -> HttpResponse:
        """The answer to a save; where it leads to the next add form, with the name of the saved record."""
        if "_addanother" not in request.POST or not isinstance(answer, HttpResponseRedirect):
            return answer
        parts = urlsplit(answer.url)
        query = "&".join(part for part in (urlencode({LIKE: obj.pk}), parts.query) if part)
        return HttpResponseRedirect(parts._replace(query=query).geturl())

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The page, with a link to the copy for the next year, or with what it is a copy of."""
        row = context["original"]
        if row is not None:
            context["copy"] = self.copy_link(request, row)
        elif request.method != "POST" and (of := self.named_row(request, COPY)) is not None:
            words = {"record": of, "year": of.year + 1}
            said = _("A copy of “%(record)s” for the year %(year)s. Nothing is saved until you save it.")
            context["copied"] = said % words
        return super().render_change_form(request, context, *args, **kwargs)

    def copy_link(self, request: HttpRequest, row: Any) -> dict[str, str] | None:
        """The address and the words of the link that copies the record for the next year."""
        user = official(request)
        if not (
            self.next_year and row.year < LAST_YEAR and may(user, "add", self.model) and in_own_region(user, row)
        ):
            return None
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
        words = _("Copy for the year %(year)s") % {"year": row.year + 1}
        return {"url": f"{page}?{urlencode({COPY: row.pk})}", "words": words}


def values_of(row: Any, names: Iterable[str], user: Official) -> dict[str, Any]:
    """The values of fields of a record, as a form begins with them."""
    stored = {name: row._meta.get_field(name).value_from_object(row) for name in names}
    return begun_with(type(row), stored, user)
