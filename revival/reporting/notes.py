"""Help notes: the descriptions that a report declares, for the labels that they explain."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from revival.reporting.dimensions import Dimension
from revival.reporting.measures import Measure, Ratio
from revival.reporting.report import Report


@dataclass(frozen=True)
class HelpNote:
    """The explanation of a label. key: the id of its text on a page. parts: title and text of each part of it."""

    key: str
    title: str
    text: str
    parts: tuple[tuple[str, str], ...] = ()


def label_note(report: type[Report], labelled: Measure | Ratio | Dimension | None) -> HelpNote | None:
    """The note of a measure, a rate or a dimension; None where it has no description."""
    if labelled is None or not labelled.description:
        return None
    kind = "dimension" if isinstance(labelled, Dimension) else "measure"
    key = f"help-{report.name}-{kind}-{labelled.name}"
    return HelpNote(key, labelled.heading(report.model), str(labelled.description))


def head_note(report: type[Report], name: str) -> HelpNote | None:
    """The note of a column of a table, which has the name of a dimension or of a measure."""
    return label_note(report, report.dimension(name) or report.measure(name))


def filter_note(report: type[Report], name: str, dimension: Dimension) -> HelpNote | None:
    """The note of a filter: of its dimension, or of the measure that it is named as."""
    measure = report.measure(name)
    same = measure is not None and measure.heading(report.model) == dimension.heading(report.model)
    return label_note(report, dimension) or (label_note(report, measure) if same else None)


def share_note() -> HelpNote:
    """The note of the column beside the first measure that adds up."""
    text = _("The value in the column before it divided by the total of that column.")
    return HelpNote("help-share", _("Share of the total"), text)


def report_note(report: type[Report]) -> HelpNote:
    """The note of a report as a card shows it, together with its headline measures."""
    notes = (label_note(report, measure) for measure in report.headlines())
    parts = tuple((note.title, note.text) for note in notes if note)
    return HelpNote(f"help-{report.name}", report.heading(), str(report.description), parts)


def distinct_notes(notes: Iterable[HelpNote | None], but: Iterable[HelpNote] = ()) -> list[HelpNote]:
    """The notes in order, each once, without those that the page has already."""
    known = {note.key for note in but}
    found = {note.key: note for note in notes if note}
    return [note for key, note in found.items() if key not in known]
