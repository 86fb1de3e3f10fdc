"""The declaration of a report. Everything else about it is derived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import ForeignKey, Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.accounts.models import name_field
from revival.punctuation import bracketed
from revival.records.models import Reviewed, State
from revival.reporting.dimensions import Dimension, field_at
from revival.reporting.filters import ReportFilters
from revival.reporting.measures import Measure, Ratio
from revival.reporting.period import Validity
from revival.reporting.units import Unit


@dataclass(frozen=True)
class Column:
    """A column of the record table. Its title, labels and unit are those of the model field at the path.

    A column of a rate has an expression in place of a path, and its own title and unit. coded: whether it shows the
    code of a region or a choice in place of its name.
    """

    name: str
    path: str = ""
    expression: Any = None
    title: Promise | str = ""
    unit: Unit | None = None
    coded: bool = False

    @property
    def source(self) -> str:
        return self.path or self.name

    def heading(self, model: type[Model]) -> str:
        named = capfirst(str(self.title or field_at(model, self.source).verbose_name))
        return bracketed(named, _("code")) if self.coded else named


# Columns of names whose codes other systems know.
CODED = ("city", "county", "industry")
# The place of a record, as most record tables show it.
PLACE_COLUMNS = (Column("city"), Column("county", "region__county"))


class Report:
    """A report over one model of records, as plain data.

    name: in URLs and files. title: the plural name of the records, unless given. description: a sentence that says
    what it counts, and in which year. dimensions, measures, columns: its slices, its figures, and the record table.
    search: paths that `q` looks into. searched: whether the search above all pages looks for its records. headline:
    measures of the home card. focus: filters of the home card and charts, for a report with more records than its
    name says. states: the states of records that count by default.
    """

    name: ClassVar[str]
    title: ClassVar[Promise | str] = ""
    description: ClassVar[Promise | str] = ""
    model: ClassVar[type[Reviewed]]
    dimensions: ClassVar[Sequence[Dimension]]
    measures: ClassVar[Sequence[Measure | Ratio]]
    columns: ClassVar[Sequence[Column]]
    search: ClassVar[Sequence[str]] = ()
    searched: ClassVar[bool] = False
    headline: ClassVar[Sequence[str]] = ()
    focus: ClassVar[Mapping[str, Sequence[str]]] = {}
    states: ClassVar[Sequence[str]] = (State.VERIFIED,)
    validity: ClassVar[Validity | None] = None
    Filters: ClassVar[type[ReportFilters]] = ReportFilters

    @classmethod
    def heading(cls) -> str:
        return capfirst(str(cls.title or cls.model._meta.verbose_name_plural))

    @classmethod
    def dimension(cls, name: str) -> Dimension | None:
        return next((dimension for dimension in cls.dimensions if dimension.name == name), None)

    @classmethod
    def measure(cls, name: str) -> Measure | Ratio | None:
        return next((measure for measure in cls.measures if measure.name == name), None)

    @classmethod
    def headlines(cls) -> list[Measure | Ratio]:
        """The measures of the home card."""
        return [measure for measure in map(cls.measure, cls.headline) if measure]

    @classmethod
    def aggregates(cls) -> list[Measure]:
        """The measures that the database computes; ratios divide them."""
        made = [[each] if isinstance(each, Measure) else each.own for each in cls.measures]
        return [measure for several in made for measure in several]

    @classmethod
    def codes(cls) -> list[Column]:
        """The columns that are shown only where they are asked for: the codes of regions and industries."""
        return [
            Column(f"{each.name}_code" if each.name != "industry" else "industry_key", each.source, coded=True)
            for each in cls.columns
            if each.name in CODED and not each.expression
        ]

    @classmethod
    def url(cls) -> str:
        return reverse("report", args=[cls.name])

    @classmethod
    def holds_in_order(cls, name: str) -> bool:
        """Whether an index holds the records in the order of a column, which is then never empty."""
        column = next((c for c in cls.columns if c.name == name), None)
        if column is None or column.expression is not None or column.source != name:
            return False
        field, options = field_at(cls.model, name), cls.model._meta
        if field.null or isinstance(field, ForeignKey):
            return False
        leading = {
            index.fields[0].removeprefix("-") for index in options.indexes if index.fields and not index.condition
        }
        return field.unique or name in leading


def title_path(model: type[Model], path: str) -> str:
    """The path of the text that a column shows. A foreign key shows the name of the record.

    Reference rows are named in both languages.
    """
    field = field_at(model, path)
    if not isinstance(field, ForeignKey):
        return path
    names = {each.name for each in field.related_model._meta.fields}
    return f"{path}__{'name' if 'name' in names else name_field()}"
