"""Django's admin, made strict: a missing row or a malformed request is refused and never causes a fault."""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ShowFacets
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import BadRequest, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from revival.accounts.admin_cells import labelled_column
from revival.accounts.admin_once import NUL, SavedOnce
from revival.accounts.spelling import name_condition, searched_words

MOST = 10_000  # the rows of a list that have pages, and the most that one action may change


class PickerWidget(AutocompleteSelect):
    """An autocomplete that redraws a form after any input. Django's own fails on a key of another type."""

    @property
    def media(self) -> Any:
        """Django's files, and the script that names the box for screen readers."""
        return super().media + Media(js=["revival/picker.js"])

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [v for v in value if self.fits(v)], attr)

    def fits(self, value: Any) -> bool:
        """Whether the value can be a key of the related rows."""
        try:
            key = self.field.target_field
            key.run_validators(key.to_python(value))
        except ValidationError:
            return False
        return NUL not in str(value)


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """The pages of a list, up to the 200th. Filters find the rows beyond, as counting them would read every row."""

    @cached_property
    def found(self) -> int:
        """The number of rows, at most one more than have pages."""
        rows: Any = self.object_list
        return int(rows.order_by()[: MOST + 1].count())

    @cached_property
    def count(self) -> int:
        """The number of rows that have pages."""
        return min(self.found, MOST)

    @property
    def most(self) -> str:
        """The number of rows that have pages, if there are more rows; else ""."""
        return f"{MOST:,}" if self.found > MOST else ""


class ChoicePaginator(CappedPaginator):
    """The pages of a field's choices. Rows are counted up to the first of the next page.

    They are counted in the order of the page, where these few come first. In another order they might come last.
    """

    asked = 1  # the number of the requested page

    @cached_property
    def found(self) -> int:
        rows: Any = self.object_list
        return int(rows[: min(MOST, self.asked * self.per_page) + 1].count())

    def page(self, number: int | str) -> Any:
        self.asked = max(1, int(number))
        return super().page(number)


class StrictChangeList(ChangeList):
    """A list of the admin that answers with its last page if a page beyond it is asked for. Its cells have labels."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        known: dict[Any, Any] = {"action_checkbox": "action_checkbox"}
        known |= {each: labelled_column(self.model_admin, each) for each in self.list_display if each not in known}
        self.list_display = [known[each] for each in self.list_display]
        if self.list_display_links is not None:
            self.list_display_links = [known[each] for each in self.list_display_links]
        if self.sortable_by is not None:
            self.sortable_by = [known[each] for each in self.sortable_by if each in known]
        if not self.is_popup:
            self.title = _("List: %(records)s") % {"records": self.opts.verbose_name_plural}

    def get_results(self, request: HttpRequest) -> None:
        if self.page_num > 1:  # one more count, where Django would send the visitor to the first page without a word
            pages = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
            self.page_num = min(self.page_num, pages.num_pages)
        super().get_results(request)


class StrictAdmin(SavedOnce):
    """An admin that answers 404 for a missing row and 400 for a bad query, and runs each POST in one transaction."""

    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    # The fields that are searched from their beginning, each with the function that gives the stored spelling.
    search_spellings: dict[str, Callable[[str], str]] = {}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return StrictChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row. Raises Http404 if it is missing or outside the official's scope, without telling which."""
        row = None if NUL in object_id else super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The paginator of the list, or of the choices that another form offers."""
        match = request.resolver_match
        pages = ChoicePaginator if match and match.url_name == "autocomplete" else self.paginator
        return pages(*args, **kwargs)

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """Every to-one field: none of them has few enough rows for a select."""
        return [f.name for f in self.opts.get_fields() if f.many_to_one and getattr(f, "editable", False)]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("widget", PickerWidget(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """No values: a link must not fill in a form."""
        return {}

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Whether the parameter belongs to a filter that the list shows."""
        return lookup in {filter_parameter(item) for item in self.get_list_filter(request)}

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """The rows that have each word in a search field or in its pinyin, or a code that begins with the text."""
        term = search_term.strip()
        if NUL in term:
            return queryset.none(), False
        if not term:
            return queryset, False
        found = models.Q()
        for word in searched_words(term):
            # Chinese text and digits have no case: turning a million names into capitals doubles the time.
            lookup = "contains" if word.upper() == word.lower() else "icontains"
            fields = self.get_search_fields(request)
            found &= reduce(or_, (name_condition(self.model, field, word, lookup) for field in fields), models.Q())
        for field, spelled in self.search_spellings.items():
            if code := spelled(term):
                found |= models.Q(**{f"{field}__startswith": code})
        return queryset.filter(found), False

    def response_action(self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        """Run an action on all chosen rows, or on none if one of them is not in the list."""
        chosen = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
        key = self.opts.pk
        try:
            for value in chosen:
                key.run_validators(key.to_python(value))
        except ValidationError:
            raise BadRequest("not a key") from None
        if request.POST.get("select_across", "0") != "0" and queryset.order_by()[: MOST + 1].count() > MOST:
            words = _("Nothing was changed: an action can change at most %(most)s records. Choose fewer.")
            self.message_user(request, words % {"most": f"{MOST:,}"}, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        if any(NUL in value for value in chosen) or queryset.filter(pk__in=chosen).count() != len(chosen):
            raise Http404
        return super().response_action(request, queryset, *args, **kwargs)


def filter_parameter(item: Any) -> str:
    """The query parameter of an entry of list_filter."""
    if isinstance(item, type) and issubclass(item, admin.SimpleListFilter):
        return str(item.parameter_name)
    name = item if isinstance(item, str) else item[0]
    return f"{name}__exact"


def not_found_view(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer 404 for `admin/r/`, which leads from a content type and a key to a page without checking the scope."""
    raise Http404
