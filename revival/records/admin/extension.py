"""The admin of requests for extensions: officials of the province answer, and the regions concerned read."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.accounts.models import Region
from revival.accounts.requests import official
from revival.accounts.signs import refuse_unseen_in_lines
from revival.records.admin.history import HistoryPages, event_model
from revival.records.entry import DayField
from revival.records.extensions import (
    grant,
    granted_exception,
    may_answer,
    refuse,
    visible_requests,
    waiting_request,
)
from revival.records.periods import ExtensionRequest

GRANT, REFUSE = "grant", "refuse"
ASKED = ("period", "region", "reason", "until", "asked_by", "asked_at")
ANSWERED = ("state", "exception", "answer", "answered_by", "answered_at")


class AnswerForm(forms.ModelForm):  # type: ignore[type-arg]
    """The answer to a request: granted until a day, or refused with a reason."""

    decision = forms.ChoiceField(
        choices={GRANT: gettext_lazy("Grant"), REFUSE: gettext_lazy("Refuse")},
        widget=forms.RadioSelect,
        label=gettext_lazy("decision"),
    )
    last_day = DayField(
        required=False,
        label=gettext_lazy("until"),
        help_text=gettext_lazy("The last day of the exception."),
    )
    words = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        label=gettext_lazy("answer"),
        validators=[refuse_unseen_in_lines],
        help_text=gettext_lazy("Who asked reads it on their home page. A refusal needs it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["last_day"] = self.instance.until

    def clean(self) -> dict[str, Any]:
        """Refuse a grant without a day or with one that no exception can have, and a refusal without a reason."""
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("decision") == REFUSE and not (typed.get("words") or "").strip():
            self.add_error("words", _("Say why the request is refused."))
        if typed.get("decision") == GRANT and "last_day" in typed:
            self.check_day(typed["last_day"])
        return typed

    def check_day(self, last_day: Any) -> None:
        if last_day is None:
            self.add_error("last_day", _("Type the last day of the exception."))
            return
        try:
            granted_exception(self.instance, last_day, self.instance.asked_by)
        except ValidationError as error:
            found = error.update_error_dict({})
            for name, problems in found.items():
                self.add_error("last_day" if name == "until" else None, problems)


@admin.register(ExtensionRequest)
class ExtensionRequestAdmin(HistoryPages):
    """The requests. They are asked on a page of their own, and answered here once."""

    form = AnswerForm
    list_display = ("period", "region", "reason", "until", "state", "asked_by", "asked_at")
    list_filter = ("state",)
    list_select_related = ("period", "region__city", "asked_by")
    search_fields = ("reason",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of the official's region and of the regions below it."""
        found = visible_requests(official(request)).select_related("answered_by")
        return found.order_by(*self.get_ordering(request) or ("-pk",))

    def seen(self, request: HttpRequest) -> Any:
        return event_model(self.model).objects.filter(region__in=Region.objects.below(official(request).region))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Officials of the province answer, each request once."""
        waits = obj is None or obj.state == ExtensionRequest.State.OPEN
        return waits and may_answer(official(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ASKED + ANSWERED

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What was asked; below it the answer, or the fields for it."""
        answers = self.has_change_permission(request, obj)
        given: tuple[str, ...] = () if obj is None or obj.state == ExtensionRequest.State.OPEN else ANSWERED
        return [
            (None, {"fields": ASKED}),
            (
                gettext_lazy("Answer"),
                {"fields": ("decision", "last_day", "words") if answers else given or ("state",)},
            ),
        ]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """The page. An answer that comes second, as after another click, changes nothing and is told the first."""
        if request.method != "POST" or not may_answer(official(request)):
            return super().change_view(request, object_id, *args, **kwargs)
        with transaction.atomic():
            asked = self.get_object(request, object_id)
            if waiting_request(asked.pk):
                return super().change_view(request, object_id, *args, **kwargs)
        self.message_user(request, _("This request has been answered already. Nothing was changed."), messages.INFO)
        return HttpResponseRedirect(reverse("admin:records_extensionrequest_change", args=[asked.pk]))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Answer the request."""
        typed, user = form.cleaned_data, official(request)
        if typed["decision"] == GRANT:
            grant(obj, typed["last_day"], user, typed["words"])
        else:
            refuse(obj, user, typed["words"])
