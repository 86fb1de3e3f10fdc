"""What the register is asked: its filters, checked and never widened, and their controls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from revival.publishing.models import PublishedFigure, SourceDocument
from revival.publishing.register import RegisterLine
from revival.publishing.words import FigureScope, FigureState, RenewalSystem
from revival.reporting.files import GRIDS
from revival.reporting.form import FilterChip, FilterControl, FilterOption
from revival.reporting.params import Params, changed_url
from revival.reporting.query import SHAPE

TITLES: dict[str, Promise] = {
    "system": _("System"),
    "scope": _("Scope"),
    "period": _("Period"),
    "state": _("State"),
    "source": _("Source"),
}
FIELDS = {"system": "system", "scope": "scope", "period": "year", "source": "source"}


@dataclass(frozen=True)
class RegisterQuestion:
    """A checked question to the register: the values chosen by parameter, and the values there are."""

    params: QueryDict
    chosen: dict[str, list[str]]
    labels: Mapping[str, Mapping[str, str]]
    file: str

    def figures(self) -> QuerySet[PublishedFigure]:
        """The figures that fit, but for their state, which is known once they are compared."""
        conditions = {f"{FIELDS[name]}__in": values for name, values in self.chosen.items() if name in FIELDS}
        return PublishedFigure.objects.filter(**conditions).select_related("region__city", "source")

    def in_state(self, lines: list[RegisterLine]) -> list[RegisterLine]:
        states = self.chosen.get("state")
        return [line for line in lines if line.state in states] if states else lines

    def url(self, **changes: list[str]) -> str:
        """The query string of this question with some values changed."""
        return changed_url("", self.params, **changes)

    def controls(self) -> list[FilterControl]:
        return [
            FilterControl(
                name,
                str(TITLES[name]),
                tuple(
                    FilterOption(value, label, value in self.chosen.get(name, ())) for value, label in labels.items()
                ),
            )
            for name, labels in self.labels.items()
        ]

    def chips(self) -> list[FilterChip]:
        """The filters in words, each with the address without it."""
        return [
            FilterChip(
                str(TITLES[name]), self.labels[name][value], self.url(**{name: [v for v in values if v != value]})
            )
            for name, values in self.chosen.items()
            for value in values
        ]


def register_question(params: QueryDict) -> RegisterQuestion:
    """Check the parameters. Raises BadQuery with everything that is wrong in them."""
    years = PublishedFigure.objects.order_by("-year").values_list("year", flat=True).distinct()
    labels: dict[str, dict[str, str]] = {
        "system": choice_labels(RenewalSystem),
        "scope": choice_labels(FigureScope),
        "period": {str(year): str(year) for year in years},
        "state": choice_labels(FigureState),
        "source": {source.pk: str(source) for source in SourceDocument.objects.all()},
    }
    reader = Params(params, {**TITLES, "format": SHAPE["format"]}, several=labels)
    chosen = {name: [v for v in dict.fromkeys(params.getlist(name)) if v] for name in labels}
    for name, values in chosen.items():
        for value in values:
            if value not in labels[name]:
                reader.refuse(name, value, labels[name])
    file = reader.one_of("format", GRIDS)
    reader.check()
    return RegisterQuestion(params, {name: values for name, values in chosen.items() if values}, labels, file)


def choice_labels(choices: Any) -> dict[str, str]:
    return {value: capfirst(str(label)) for value, label in choices.choices}
