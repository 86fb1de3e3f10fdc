"""`manage.py descriptions`: what every report, measure, rate and dimension means, as Markdown."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from revival.catalogue import REPORTS
from revival.reporting.dimensions import PLACES, STATE, Dimension
from revival.reporting.measures import Measure, Ratio
from revival.reporting.report import Report

BEGIN, END = "<!-- descriptions: begin -->", "<!-- descriptions: end -->"
COMMON = (*PLACES, STATE)
Described = Measure | Ratio | Dimension


class Command(BaseCommand):
    help = "Print what the catalogue says of its reports, or write it into a file between its two markers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--into", type=Path, help="the file, such as docs/reports.md")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            text = catalogue_text()
        path: Path | None = options["into"]
        if path is None:
            self.stdout.write(text)
            return
        page = path.read_text(encoding="utf-8")
        if BEGIN not in page or END not in page:
            raise CommandError(f"{path} has no markers {BEGIN} and {END}.", returncode=2)
        path.write_text(with_descriptions(page, text), encoding="utf-8")


def with_descriptions(page: str, text: str) -> str:
    """The page with the text between its markers."""
    before, _begin, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n{END}{rest.partition(END)[2]}"


def catalogue_text() -> str:
    """All reports with their measures, rates and dimensions; first the dimensions that every report has."""
    lines = description_table(_("Dimensions of every report"), COMMON, REPORTS[0])
    for report in REPORTS:
        lines += [f"### {report.heading()} (`{report.name}`)", "", str(report.description), ""]
        lines += description_table(_("Measures"), [m for m in report.measures if isinstance(m, Measure)], report)
        lines += description_table(_("Rates"), [m for m in report.measures if isinstance(m, Ratio)], report)
        lines += description_table(_("Dimensions"), [d for d in report.dimensions if d not in COMMON], report)
        lines += description_table(_("Filters"), own_filters(report), report)
    return "\n".join(lines)


def own_filters(report: type[Report]) -> list[Dimension]:
    """What a report can be filtered by besides its dimensions, where it is described."""
    made = (getattr(each, "dimension", None) for each in report.Filters.base_filters.values())
    return [d for d in made if d is not None and d.description and d not in report.dimensions]


def description_table(title: str, parts: Iterable[Described], report: type[Report]) -> list[str]:
    """The lines of a table of parts with their labels and descriptions, and an empty one; none for no part."""
    rows = [f"| `{part.name}` | {part.heading(report.model)} | {part.description} |" for part in parts]
    heads = [f"| {title} | {_('Label')} | {_('Description')} |", "| --- | --- | --- |"]
    return [*heads, *rows, ""] if rows else []
