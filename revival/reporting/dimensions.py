"""Dimensions: what a report can be filtered and grouped by."""

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DateField, Field, Model
from django.db.models.fields.related import ForeignKey
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from revival.accounts.models import Region
from revival.records.models import Reviewed, State

Value = str | int | None
NOT_STATED = "none"
DIGITS = 19  # of the largest number that is read; every field has narrower bounds


def field_at(model: type[Model], path: str) -> Any:
    """The model field that an ORM path ends at (transforms such as __month ignored).

    Raises LookupError for a path that crosses a to-many relation or leads nowhere.
    """
    found: Any = None
    current: Any = model
    for name in path.split("__"):
        if current is None:
            return found
        if not any(f.name == name or getattr(f, "attname", "") == name for f in current._meta.get_fields()):
            raise LookupError(f"{model.__name__} has no {path}")
        found = current._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
        if not isinstance(found, Field) or found.many_to_many:
            raise LookupError(f"{path} of {model.__name__} crosses a to-many relation")
        current = found.related_model if isinstance(found, ForeignKey) else None
    return found


@dataclass(frozen=True, eq=False)
class Dimension:
    """One way to slice a report; its name is the URL parameter.

    path: ORM path of to-one steps, the name itself unless given. title and choices: those of the model field
    unless given. A dimension without choices (a year) has the values found in the data. description: a sentence that
    says what its values are, where the title does not.
    """

    name: str
    path: str = ""
    title: Promise | str = ""
    choices: Any = None
    number: bool = False
    description: Promise | str = ""

    @property
    def source(self) -> str:
        return self.path or self.name

    def __deepcopy__(self, memo: Any) -> "Dimension":
        """The dimension itself, as it never changes. Filters are copied with their labels for every query."""
        return self

    def heading(self, model: type[Model]) -> str:
        return capfirst(str(self.title or field_at(model, self.source).verbose_name))

    def labels(self, model: type[Model], reader: Any = None) -> dict[Value, str]:
        """The labels by value, in the order of the rows; empty if the values are those found in the data.

        A table takes one query: its reference rows, or the records that the reader may read.
        """
        field = field_at(model, self.source)
        if self.choices is None and isinstance(field, ForeignKey):
            rows: Any = field.related_model._default_manager.complex_filter(field.get_limit_choices_to())
            seen = rows.readable_by(reader) if issubclass(field.related_model, Reviewed) else rows
            return {row.pk: str(row) for row in seen}
        choices = self.choices if self.choices is not None else field.choices
        pairs = choices.items() if isinstance(choices, dict) else choices or ()
        return {value: str(label) for value, label in pairs}

    def coerce(self, text: str, model: type[Model]) -> Value:
        """The value of a text in a URL or a form. Numbers are plain digits within the bounds of the model's field.

        Raises ValueError.
        """
        if not self.number:
            return text
        if not (text.isascii() and text.isdigit()):
            raise ValueError(text)
        value, field = int(text[:DIGITS]), field_at(model, self.source)
        if isinstance(field, DateField) and not MINYEAR <= value <= MAXYEAR:
            raise ValueError(text)
        try:
            field.run_validators(value)
        except ValidationError as unfit:
            raise ValueError(text) from unfit
        return value

    def nullable(self, model: type[Model]) -> bool:
        return bool(field_at(model, self.source).null)


@dataclass(frozen=True, eq=False)
class RegionDimension(Dimension):
    """Regions of one level, or parts of the province; the labels come from the region table."""

    level: str = ""

    def nullable(self, model: type[Model]) -> bool:
        return True


PART = RegionDimension(
    "part",
    "city__part",
    _("Part of the province"),
    level="part",
    description=_(
        "Sunan is Nanjing, Wuxi, Changzhou, Suzhou and Zhenjiang; Suzhong is Nantong, Yangzhou and Taizhou; Subei is "
        "Xuzhou, Lianyungang, Huai'an, Yancheng and Suqian."
    ),
)
CITY = RegionDimension(
    "city",
    "city",
    _("City"),
    level=Region.Level.CITY,
    description=_("One of the 13 prefecture-level cities, with all its districts and counties."),
)
COUNTY = RegionDimension(
    "county",
    "region__county",
    _("County"),
    level=Region.Level.COUNTY,
    description=_(
        "A county, county-level city or district, with the functional zones in it; records of a whole city belong to "
        "none."
    ),
)
PLACES = (PART, CITY, COUNTY)
STATE = Dimension(
    "state",
    choices=State.choices,
    description=_(
        "The step of review that a record has reached; only verified records count unless others are chosen."
    ),
)
# The description of a dimension of months that are taken from days.
CALENDAR_MONTH = _("The calendar month; where several years are counted, the same months are added up.")
