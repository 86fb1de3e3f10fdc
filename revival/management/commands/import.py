"""`manage.py import KIND FILE --user NAME`: imports a file as its page does, with the rights of the user."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from revival import catalogue
from revival.accounts.models import Official
from revival.importing.models import Import, Outcome
from revival.importing.spec import ImportSpec
from revival.importing.steps import bring_file, read_again, read_step
from revival.importing.writing import Overtaken, may_import, refuse_unanswered, write_import

FOREVER = 3600.0
WRONG, REFUSED = 1, 2


class Command(BaseCommand):
    help = "Import records from a file, as the page /import/KIND/ does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[spec.name for spec in catalogue.IMPORTS])
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", required=True, help="the user whose rights and region limit the import")
        parser.add_argument("--dry-run", action="store_true", help="check the file and write nothing")
        parser.add_argument("--submit", action="store_true", help="submit the records in place of drafts")
        parser.add_argument("--keep-going", action="store_true", help="import the right rows if others are wrong")
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        spec = catalogue.import_spec(options["kind"])
        user = command_user(options["user"], spec)
        try:
            file = options["file"].open("rb")
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}", returncode=REFUSED) from error
        with file, translation.override(options["language"]), pghistory.context(user=user.pk):
            of = checked_file(spec, user, options["file"].name, file, submit=options["submit"])
            if not options["dry_run"]:
                of = written_file(of, spec, user, options)
            self.stdout.write(told(of, options))
            wrong = of.wrong
            if options["dry_run"]:
                of.delete()
        if wrong and not (options["keep_going"] and of.state == Import.State.DONE):
            raise SystemExit(WRONG)


def command_user(name: str, spec: ImportSpec) -> Official:
    """The active user of that name who may import the kind. Raises CommandError."""
    user = Official.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {name}.", returncode=REFUSED)
    if not may_import(user, spec):
        raise CommandError(f"{name} may not import {spec.name}.", returncode=REFUSED)
    return user


def checked_file(spec: ImportSpec, user: Official, name: str, file: BinaryIO, *, submit: bool) -> Import:
    """The file, read and checked now. Rows with a question count as wrong: nobody is there to answer it.

    Raises CommandError where the file is refused.
    """
    of, made = bring_file(spec, user, name, file, again=True)
    of = of if made else read_again(of)
    while of.state == Import.State.READING:
        of = read_step(of, spec, FOREVER)
    if of.state == Import.State.REFUSED:
        raise CommandError(of.message, returncode=REFUSED)
    return refuse_unanswered(of, submit=submit)


def written_file(of: Import, spec: ImportSpec, user: Official, options: dict[str, Any]) -> Import:
    """The import once its right rows are written; as it was where wrong rows forbid that."""
    if of.wrong and not options["keep_going"]:
        return of
    try:
        return write_import(of, spec, user, submit=options["submit"], keep_going=options["keep_going"])
    except Overtaken as overtaken:
        raise CommandError(
            _("Others changed the same records meanwhile. Run it again."), returncode=WRONG
        ) from overtaken
    except ValidationError as refused:
        raise CommandError(" ".join(refused.messages), returncode=WRONG) from refused


def told(of: Import, options: dict[str, Any]) -> str:
    """What became of the file, as text or as JSON."""
    errors = [
        {"row": row.line, **{name: error[name] for name in ("column", "value", "message")}}
        for row in of.rows.filter(outcome=Outcome.WRONG).order_by("line")
        for error in row.errors or ()
    ]
    counts = {name: getattr(of, name) for name in Outcome.values}
    committed = of.state == Import.State.DONE
    if options["format"] == "json":
        answer = {**counts, "committed": committed, "import": of.pk if committed else None, "errors": errors}
        return json.dumps(answer, ensure_ascii=False)
    lines = [" · ".join(str(part) for part in each.values() if part) for each in errors]
    lines += [f"{Outcome(name).label}: {count}" for name, count in counts.items()]
    lines.append(_("Imported as #%(number)d.") % {"number": of.pk} if committed else _("Nothing was written."))
    return "\n".join(lines)
