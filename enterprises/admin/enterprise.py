"""Admin pages of enterprises."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.codes import canonical_code, credit_check_digit_fits
from enterprises.models import Enterprise
from enterprises.reports import EnterprisesReport, ExitsReport
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter
from revival.records.admin.record import RecordAdmin
from revival.reporting.effect import ReportEffect


@admin.register(Enterprise)
class EnterpriseAdmin(RecordAdmin):
    list_display = (
        "name",
        "credit_code",
        "region",
        "industry",
        "above_scale",
        "active_from",
        "active_until",
        "state",
    )
    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter, ("industry", ChoiceFilter))
    search_fields = ("name",)
    search_spellings = {"credit_code": canonical_code}
    codes = Enterprise.spelled
    counted_in = (ReportEffect(EnterprisesReport, ""), ReportEffect(ExitsReport, "exits__exited_on__year"))
    fieldsets = (
        (None, {"fields": ("credit_code", "name", "region")}),
        (gettext_lazy("Industry"), {"fields": ("industry", "industry_code", "above_scale")}),
        (gettext_lazy("Period of activity"), {"fields": ("active_from",)}),
    )

    def warnings(self, obj: Any) -> list[str]:
        """A warning about a wrong check digit. Some issuers other than the market regulators gave out such codes."""
        if credit_check_digit_fits(obj.credit_code):
            return []
        return [_("The check digit of the credit code is wrong. Compare the code with the certificate.")]
