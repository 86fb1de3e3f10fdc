"""Loans: one record is one credit line, and its drawings are what was lent on it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Enterprise, Industry
from finance.models.product import LoanProduct
from projects.models import RenovationProject, check_owner
from revival.records.days import day_between
from revival.records.fields import MoneyField, amount_between, choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard, Lead, derived_column_triggers

# The sum of the verified drawings of each loan.
SUM_VERIFIED = """
    EXECUTE $sql$ UPDATE finance_loan l SET lent = found.lent
    FROM (
        SELECT touched.loan_id, COALESCE(SUM(d.amount) FILTER (WHERE d.state = 'verified'), 0) AS lent
        FROM ({touched}) touched LEFT JOIN finance_drawing d ON d.loan_id = touched.loan_id
        GROUP BY touched.loan_id
    ) found
    WHERE l.id = found.loan_id AND l.lent <> found.lent $sql$;
    RETURN NULL;
"""


@tracked
class Loan(Record):
    """One credit line of a loan product, granted to an enterprise, for one project or for none."""

    named_by = ("product", "enterprise")
    alike = (("credit", "product", "enterprise", "granted_on"),)

    product = models.ForeignKey(
        LoanProduct, models.PROTECT, db_index=False, verbose_name=pgettext_lazy("loan", "product")
    )
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="loans", verbose_name=_("enterprise"))
    project = models.ForeignKey(
        RenovationProject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="loans",
        verbose_name=_("project"),
        help_text=_("The renovation project that the loan is for, if any"),
    )
    industry = models.CharField(_("industry"), max_length=20, choices=Industry)
    credit = MoneyField(_("credit granted"))
    granted_on = models.DateField(_("granted on"))
    lent = MoneyField(_("lent"), default=0, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        triggers = [
            Guard(reported_in=("granted_on",), derived=("lent",)),
            Lead(
                name="lead_drawing",
                table="finance_drawing",
                key="loan_id",
                fields=("region", "city", "industry"),
            ),
        ]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("industry", Industry, "loan_industry"),
            day_between("granted_on", "loan_granted_day"),
            amount_between("credit", "loan_credit_amount"),
            amount_between("lent", "loan_lent_amount"),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "product", "granted_on", "city", "industry"),
                include=("region", "enterprise", "project", "credit", "lent"),
                name="loan_cover",
            ),
            # Behind state and place, in order, so that a count of distinct values sorts nothing.
            models.Index(
                fields=("state", "city", "region", "enterprise"),
                include=("project", "industry", "product", "granted_on", "credit", "lent"),
                name="loan_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.enterprise} · {self.granted_on}"

    def clean(self) -> None:
        super().clean()
        check_owner(self)


@tracked
class Drawing(Record):
    """Money lent on a credit line on one day."""

    named_by = ("loan__product", "loan__enterprise")
    alike = (("amount", "loan", "drawn_on"),)

    loan = models.ForeignKey(Loan, models.CASCADE, db_index=False, related_name="drawings", verbose_name=_("loan"))
    drawn_on = models.DateField(_("drawn on"))
    amount = MoneyField(_("amount"))
    industry = models.CharField(_("industry"), max_length=20, choices=Industry, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("drawing")
        verbose_name_plural = _("drawings")
        triggers = [
            Guard(reported_in=("drawn_on",), follows={"loan": ("region", "industry")}, alone=True),
            *derived_column_triggers("lent", "loan_id", "finance_loan", SUM_VERIFIED),
        ]
        constraints = [
            *Record.Meta.constraints,
            amount_between("amount", "drawing_amount"),
            day_between("drawn_on", "drawing_day"),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=("loan", "drawn_on"), include=("state", "amount"), name="drawing_of_loan"),
        ]

    def __str__(self) -> str:
        return f"{self.loan} · {self.drawn_on}"

    def clean(self) -> None:
        super().clean()
        if hasattr(self, "loan") and self.drawn_on and self.loan.granted_on and self.drawn_on < self.loan.granted_on:
            raise ValidationError(
                {"drawn_on": _("Money cannot be drawn before the credit was granted. Check both dates.")}
            )
