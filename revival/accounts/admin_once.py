"""The admin saves each form once, and shows a form filled in where saving it would double or lose something."""

import re
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from revival.accounts.kept import only_shown
from revival.accounts.models import SavedForm
from revival.accounts.once import (
    SavedBefore,
    Unsaved,
    claim_form,
    earlier_claim,
    new_claim,
    rows_as_stored,
    saved_result,
    settle_form,
    unsaved,
    unsaved_form,
)
from revival.accounts.tokens import UNSAVED, posted_digest, posted_token

NUL = "\x00"
NUMBER = re.compile("[0-9]{1,19}")


class SavedOnce(admin.ModelAdmin):  # type: ignore[type-arg]
    """An admin whose forms are saved once. Each POST runs in one transaction."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, or the answer of an action. A confirmation that was sent before is answered as done."""
        refuse_nul(request)
        with transaction.atomic():
            if not posted_token(request):
                return super().changelist_view(request, extra_context)
            form, fresh = claim_form(request)
            if not fresh:
                self.message_user(request, _("This was done already. %(told)s") % {"told": form.told})
                return HttpResponseRedirect(request.get_full_path())
            answer: HttpResponse = super().changelist_view(request, extra_context)
            settle_form(request, form)
            return answer

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The page of a row. A form that was saved before saves nothing again."""
        refuse_nul(request)
        if only_shown(request.POST):
            setattr(request, UNSAVED, Unsaved(_("Nothing was saved. This is what you typed: check it and save it.")))
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except SavedBefore:
            return self.answer_again(request, earlier_claim(request))

    def _changeform_view(self, request: HttpRequest, object_id: str | None, *args: Any) -> Any:
        """The page of a row, in the one transaction that Django begins for a post."""
        if not posted_token(request) or unsaved(request):
            return super()._changeform_view(request, object_id, *args)  # type: ignore[misc]
        form = new_claim(request, object_id if object_id and NUMBER.fullmatch(object_id) else "")
        answer = super()._changeform_view(request, object_id, *args)  # type: ignore[misc]
        settle_form(request, form)
        return answer

    def answer_again(self, request: HttpRequest, form: SavedForm) -> Any:
        """The answer to a form that was saved before: the row that it made, or what was typed since as a change."""
        row = self.get_queryset(request).filter(pk=form.key).first()
        if row is None or not self.has_view_or_change_permission(request, row):
            self.message_user(request, _("This was saved already. Nothing was saved again."), messages.WARNING)
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        same = form.digest == posted_digest(request)
        if same and IS_POPUP_VAR in request.POST:
            return super().response_add(request, row)
        if same or not self.has_change_permission(request, row):
            link = format_html('<a href="{}">{}</a>', page, row)
            said = _("This was saved already: {record}. Nothing was saved again.")
            self.message_user(request, format_html(said, record=link))
            return HttpResponseRedirect(page)
        said = _(
            "Nothing was saved now: this form was saved before. It is shown as a change of what it saved, filled "
            "with what you typed. Saving puts that in place of what is stored; for another record open a new form."
        )
        setattr(request, UNSAVED, Unsaved(said, form))
        return super().changeform_view(request, str(row.pk), page)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        why = unsaved(request)
        return unsaved_form(form, why) if why else form

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """The data of the rows. What made a row at the save before is a change of that row."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        why = unsaved(request)
        made = why.saved.made.get(prefix) if why and why.saved else None
        if made and "data" in kwargs:
            rows = inline.get_queryset(request).in_bulk(list(made.values()))
            stored = {int(at): rows[key] for at, key in made.items() if key in rows}
            kwargs["data"] = rows_as_stored(kwargs["data"], prefix, stored)
        return kwargs

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows of the page, and note which were made."""
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            new = formset.forms[formset.initial_form_count() :]
            first = formset.initial_form_count()
            made = {str(first + at): each.instance.pk for at, each in enumerate(new) if each.instance.pk is not None}
            saved_result(request).rows |= {formset.prefix: made} if made else {}

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        saved_result(request).key = str(obj.pk)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        saved_result(request).key = str(obj.pk)
        return super().log_change(request, obj, message)


def refuse_nul(request: HttpRequest) -> None:
    """Raise BadRequest for a NUL, which nobody types and PostgreSQL refuses as an error."""
    for query in (request.GET, request.POST):
        if any(NUL in value for _name, values in query.lists() for value in values):
            raise BadRequest("NUL in the request")
