"""`manage.py register`: prints the register of published figures as JSON, CSV or XLSX."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from revival.management.commands.report import command_reader
from revival.publishing.models import PublishedFigure
from revival.publishing.register import line_as_json, register_grid, register_lines, register_provenance
from revival.reporting.files import GRIDS, grid_file
from revival.reporting.sql import one_snapshot


class Command(BaseCommand):
    help = "Print every published figure next to the value computed from records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=("json", *GRIDS), default="json")
        parser.add_argument("--user", help="the user whose region limits the records (default: the province)")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        figures = PublishedFigure.objects.select_related("region__city", "source")
        with translation.override(options["language"]), one_snapshot():
            reader = command_reader(options["user"], PublishedFigure)
            found = register_lines(figures, reader)
            if options["format"] in GRIDS:
                file = grid_file(register_grid(found, file=True), options["format"], register_provenance(reader))
                self.stdout.buffer.write(file)  # type: ignore[attr-defined]
            else:
                rows = [line_as_json(each) for each in found]
                self.stdout.write(json.dumps({"rows": rows}, ensure_ascii=False, indent=1))
