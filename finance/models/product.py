"""Loan products that the department offers together with a bank."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from revival.accounts.models import name_field
from revival.accounts.signs import WrittenRow
from revival.punctuation import bracketed


class LoanProduct(WrittenRow):
    """A loan product, with its code in URLs and its names in both languages. It is reference data."""

    code = models.CharField(
        _("code"),
        max_length=30,
        primary_key=True,
        validators=[RegexValidator("^[a-z][a-z0-9-]+$", _("Use small letters, digits and hyphens only."))],
    )
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    bank_zh = models.CharField(_("Chinese name of the bank"), max_length=60)
    bank_en = models.CharField(_("English name of the bank"), max_length=60)

    class Meta:
        verbose_name = _("loan product")
        verbose_name_plural = _("loan products")
        ordering = ("code",)

    def __str__(self) -> str:
        return bracketed(self.name, self.bank)

    @property
    def name(self) -> str:
        return str(getattr(self, name_field()))

    @property
    def bank(self) -> str:
        return str(getattr(self, name_field().replace("name", "bank")))
