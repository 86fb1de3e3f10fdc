"""Regions of Jiangsu, and the officials who work for them."""

from typing import ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from revival.accounts.signs import WrittenRow
from revival.accounts.spelling import SpellingField


def name_field() -> str:
    """The name of the column with a region's name in the reader's language."""
    return "name_zh" if (get_language() or "zh").startswith("zh") else "name_en"


# Each level with the levels of the region above it.
ABOVE = {"city": ("province",), "county": ("city",), "zone": ("county", "city")}
PLACED = "({})".format(", ".join(f"('{low}', '{high}')" for low, highs in ABOVE.items() for high in highs))
# Sets the city and the county from the parent, and refuses to move a region: records carry its city.
PLACE = f"""
    IF TG_OP = 'UPDATE' AND ROW(NEW.code, NEW.level, NEW.parent_id, NEW.city_id, NEW.county_id)
        IS DISTINCT FROM ROW(OLD.code, OLD.level, OLD.parent_id, OLD.city_id, OLD.county_id)
    THEN
        RAISE EXCEPTION 'region % stays where it lies', OLD.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'region_stays';
    END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT * INTO above FROM accounts_region WHERE code = NEW.parent_id;
        IF FOUND AND (NEW.level::text, above.level::text) NOT IN {PLACED} THEN
            RAISE EXCEPTION 'a % does not lie in a %', NEW.level, above.level
                USING ERRCODE = 'check_violation', CONSTRAINT = 'region_level';
        END IF;
        NEW.city_id := CASE WHEN NEW.level = 'city' THEN NEW.code ELSE above.city_id END;
        NEW.county_id := CASE WHEN NEW.level = 'county' THEN NEW.code ELSE above.county_id END;
    END IF;
    RETURN NEW;
"""


class RegionQuerySet(models.QuerySet["Region"]):
    """Regions in the order of their codes, as in the yearly lists."""

    def below(self, region: "Region") -> "RegionQuerySet":
        """The region itself and all regions under it."""
        if region.level == Region.Level.PROVINCE:
            return self
        if region.level == Region.Level.CITY:
            return self.filter(city=region)
        if region.level == Region.Level.COUNTY:
            return self.filter(county=region)
        return self.filter(pk=region.pk)


class Region(WrittenRow):
    """One administrative region (GB/T 2260), or a functional zone with a code of our own."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        CITY = "city", _("City")
        COUNTY = "county", _("County")
        ZONE = "zone", _("Functional zone")

    class Part(models.TextChoices):
        SUNAN = "sunan", _("Sunan")
        SUZHONG = "suzhong", _("Suzhong")
        SUBEI = "subei", _("Subei")

    code = models.CharField(_("code"), max_length=12, primary_key=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    level = models.CharField(_("level"), max_length=8, choices=Level)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    spelling = SpellingField(of="name_zh")
    part = models.CharField(_("part of the province"), max_length=8, choices=Part, blank=True)
    city = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("city")
    )
    county = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("county")
    )
    reports_to_province = models.BooleanField(
        _("reports to the province"),
        default=False,
        help_text=_("A county that submits its figures directly to the province. Its city still counts it."),
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ("code",)
        triggers = [
            pgtrigger.Trigger(
                name="place",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("above", "accounts_region%ROWTYPE")],
                func=PLACE,
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="region_part_of_cities",
                condition=models.Q(level="city") ^ models.Q(part=""),
                violation_error_message=_(
                    "Choose a part of the province for a city. Leave it empty for other regions."
                ),
            ),
            models.CheckConstraint(
                name="region_parent_but_of_province",
                condition=models.Q(level="province") ^ models.Q(parent__isnull=False),
                violation_error_message=_("Choose the region above this one. Only the province has none."),
            ),
        ]

    def __str__(self) -> str:
        """The name in the reader's language. Counties include their city, since two cities have a Gulou District."""
        if self.level in (self.Level.PROVINCE, self.Level.CITY) or self.city is None:
            return self.name
        return f"{self.city.name}{self.name}" if name_field() == "name_zh" else f"{self.name}, {self.city.name}"

    def holds(self, other: "Region") -> bool:
        """Whether the other region is this one or is part of it."""
        return self.level == self.Level.PROVINCE or self.pk in (other.pk, other.county_id, other.city_id)

    @property
    def name(self) -> str:
        """The name without the city, in the reader's language."""
        return str(getattr(self, name_field()))

    def clean(self) -> None:
        """Refuse a region inside one of the wrong level, with the message at the field."""
        super().clean()
        parent = self.parent
        if parent is not None and parent.level not in ABOVE.get(self.level, ()):
            raise ValidationError(
                {"parent": _("A region of this level cannot be part of the chosen one. Choose another region.")}
            )


class FormerCode(WrittenRow):
    """The code that a region had before it was merged or renamed. It still finds the region."""

    code = models.CharField(_("former code"), max_length=12, primary_key=True)
    region = models.ForeignKey(Region, models.CASCADE, related_name="former_codes", verbose_name=_("region today"))
    until = models.PositiveSmallIntegerField(_("in force until (year)"))

    class Meta:
        verbose_name = _("former code")
        verbose_name_plural = _("former codes")
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} → {self.region_id}"


class OfficialManager(UserManager["Official"]):
    """Officials together with their region, which every page needs."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet["Official"]:
        return super().get_queryset().select_related("region__city")


class Official(WrittenRow, AbstractUser):
    """A user. Their region limits what they see; their roles (groups) say what they may do there."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), related_name="officials")

    REQUIRED_FIELDS = ["name", "region"]

    objects: ClassVar[OfficialManager] = OfficialManager()

    class Meta:
        verbose_name = _("official")
        verbose_name_plural = _("officials")
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Export(models.Model):
    """A file that an official took. It is written after the last byte; a broken transfer leaves none.

    sha256 is the digest of the file's bytes, so that any copy can be compared with it. Rows are only ever added.
    """

    at = models.DateTimeField(_("taken at"), db_default=Now(), editable=False)
    official = models.ForeignKey(Official, models.PROTECT, verbose_name=_("official"), related_name="+")
    address = models.GenericIPAddressField(_("address"), null=True)
    path = models.CharField(_("page"), max_length=200)
    query = models.TextField(_("question"), blank=True)
    rows = models.PositiveIntegerField(_("rows"))
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ("-pk",)
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.path} · {self.sha256[:12]}"


class SavedForm(models.Model):
    """A form of the admin that was saved, so that the same form posted again saves nothing twice.

    A row is written with what the form saves, and removed days later. digest: of what was posted. key: of the row
    that was made or changed. made: the keys of new rows on its page, by formset and number. told: what was said.
    """

    at = models.DateTimeField(db_default=Now(), db_index=True, editable=False)
    official = models.ForeignKey(Official, models.CASCADE, db_index=False, related_name="+")
    token = models.CharField(max_length=32)
    path = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    key = models.CharField(max_length=40, blank=True)
    made = models.JSONField(default=dict)
    told = models.TextField(blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="saved_form_once", fields=("official", "token", "path"))]

    def __str__(self) -> str:
        return self.path
