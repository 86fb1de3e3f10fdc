"""Products, and the lists and catalogues that include them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models.designation import FIRST_YEAR, LAST_YEAR
from enterprises.models.enterprise import Enterprise, Industry
from revival.accounts.spelling import SpellingField
from revival.records.fields import YearField, choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard, Lead


class ListKind(models.TextChoices):
    """The lists that include products, technologies and brands."""

    KEY_INNOVATIVE = "key-innovative", _("Key innovative product")
    PROMOTED = "promoted", _("New technology or product promoted")
    INDEPENDENT_INNOVATION = "independent-innovation", _("Independent innovation catalogue")
    FAMOUS_CONSUMER_PRODUCT = "famous-consumer-product", _("Famous consumer product of China")
    FOR_THE_ELDERLY = "for-the-elderly", _("Promotion catalogue of products for the elderly")


@tracked
class Product(Record):
    """A product, technology or brand of an enterprise."""

    named_by = ("enterprise",)
    alike = (("name", "enterprise"),)

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="products", verbose_name=_("enterprise"))
    name = models.CharField(
        pgettext_lazy("name", "product"), max_length=200, help_text=_("A product, technology or brand")
    )
    spelling = SpellingField(of="name")
    industry = models.CharField(_("industry"), max_length=20, choices=Industry)

    class Meta(Record.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")
        triggers = [
            Guard(),
            Lead(
                name="lead_listing",
                table="enterprises_listing",
                key="product_id",
                fields=("region", "city", "industry"),
            ),
        ]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("industry", Industry, "product_industry"),
            models.UniqueConstraint(
                name="product_once",
                fields=("enterprise", "name"),
                violation_error_message=_(
                    "This product of the enterprise has already been entered. Change that record instead."
                ),
                violation_error_code="name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class Listing(Record):
    """One product on one list of a year. The size of a national list turns the listing into a share of it."""

    named_by = ("product",)

    product = models.ForeignKey(
        Product, models.CASCADE, db_index=False, related_name="listings", verbose_name=_("product")
    )
    kind = models.CharField(_("list"), max_length=30, choices=ListKind)
    year = YearField(_("year of the list"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)])
    national_total = models.PositiveIntegerField(
        _("number of entries on the national list"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("For a national list, if its size is known"),
    )
    industry = models.CharField(_("industry"), max_length=20, choices=Industry, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("listing")
        verbose_name_plural = _("products on lists")
        triggers = [Guard(reported_in=("year",), follows={"product": ("region", "industry")})]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("kind", ListKind, "listing_kind"),
            models.CheckConstraint(
                name="listing_year",
                condition=models.Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                violation_error_code="year",
            ),
            models.CheckConstraint(
                name="listing_national_total",
                condition=models.Q(national_total__isnull=True) | models.Q(national_total__gte=1),
                violation_error_code="national_total",
            ),
            models.UniqueConstraint(
                name="listing_once",
                fields=("product", "kind", "year"),
                violation_error_message=_("This product is already on this list. Change that entry instead."),
                violation_error_code="kind",
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "kind", "year", "city", "industry", "product"),
                include=("region", "national_total"),
                name="listing_cover",
            ),
            # Behind state and place, in order, so that a count of distinct values sorts nothing.
            models.Index(
                fields=("state", "city", "region", "product"),
                include=("industry", "kind", "year", "national_total"),
                name="listing_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.get_kind_display()} {self.year}"
