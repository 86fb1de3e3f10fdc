"""`manage.py report`: prints a report as the file that its page offers."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import translation

from revival import catalogue
from revival.accounts.models import Official, Region
from revival.records.review import may
from revival.reporting.files import file_blocks
from revival.reporting.params import BadQuery
from revival.reporting.query import FORMATS, SHAPE, report_query


class Command(BaseCommand):
    help = "Print a report as CSV, XLSX or JSON: the same file as the page with the same parameters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help=", ".join(report.name for report in catalogue.REPORTS))
        parser.add_argument("--filter", action="append", default=[], metavar="NAME=VALUE")
        for name in ("by", "across", "measure", "columns", "sort", "unit"):
            parser.add_argument(f"--{name}", action="append", default=[])
        parser.add_argument("--format", choices=FORMATS, default="csv")
        parser.add_argument("--user", help="the user whose region limits the records (default: the province)")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = catalogue.report(options["name"])
        except LookupError as unknown:
            raise CommandError(str(unknown), returncode=2) from unknown
        with translation.override(options["language"]):
            try:
                query = report_query(report, command_params(options), command_reader(options["user"], report.model))
                for block in file_blocks(query):
                    self.stdout.buffer.write(block)  # type: ignore[attr-defined]
            except BadQuery as bad:
                raise CommandError(" ".join(bad.messages), returncode=2) from bad


def command_params(options: dict[str, Any]) -> QueryDict:
    """The parameters of the page's address for the options of the command."""
    found = QueryDict(mutable=True)
    for text in options["filter"]:
        name, equals, value = text.partition("=")
        if not equals or name in SHAPE:
            raise CommandError(f"--filter takes NAME=VALUE, not {text}.", returncode=2)
        found.appendlist(name, value)
    for name in ("by", "across", "measure", "columns", "sort", "unit"):
        found.setlist(name, options[name])
    found["format"] = options["format"]
    return found


def command_reader(username: str | None, model: Any) -> Official:
    """The named user, if they may read the model, or else a user of the province who is not stored."""
    if username is None:
        province = Region.objects.get(level=Region.Level.PROVINCE)
        return Official(username="command", region=province, is_superuser=True)
    try:
        user = Official.objects.select_related("region").get(username=username, is_active=True)
    except Official.DoesNotExist:
        raise CommandError(f"There is no active user {username}.", returncode=2) from None
    if not may(user, "view", model):
        raise CommandError(f"{username} may not read {model._meta.verbose_name_plural}.", returncode=2)
    return user
