"""`manage.py import KIND FILE --user NAME`: imports a file as its page does, with the rights of the user."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from revival import catalogue
from revival.accounts.models import Official
from revival.accounts.signs import shown_text
from revival.importing.models import Import, Outcome
from revival.importing.reading.limits import Limits
from revival.importing.reading.parent import FileRefused
from revival.importing.spec import ImportSpec
from revival.importing.steps import new_import, read_step
from revival.importing.writing import Overtaken, may_import, refuse_unanswered, write_import
from revival.records.review import may

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
        user = command_user(options["user"], spec, submit=options["submit"])
        with translation.override(options["language"]), pghistory.context(user=user.pk):
            data = file_bytes(options["file"])
            with checked_file(spec, user, options["file"].name, data, submit=options["submit"]) as of:
                if not options["dry_run"]:
                    of = written_file(of, spec, user, options)
                self.stdout.write(told(of, options, getattr(self.stdout, "encoding", None) or "utf-8"))
                wrong = of.wrong
        if wrong:
            raise SystemExit(WRONG)


def command_user(name: str, spec: ImportSpec, *, submit: bool) -> Official:
    """The active user of that name who may import the kind. Raises CommandError."""
    user = Official.objects.filter(username=name, is_active=True).first() if "\0" not in name else None
    if user is None:
        raise CommandError(f"There is no active user {shown_text(name)}.", returncode=REFUSED)
    if not may_import(user, spec):
        raise CommandError(f"{name} may not import {spec.name}.", returncode=REFUSED)
    if submit and not may(user, "submit", spec.model):
        raise CommandError(f"{name} may not submit {spec.name}.", returncode=REFUSED)
    return user


def file_bytes(path: Path) -> bytes:
    """The bytes of a file or a pipe, no more than an import takes. Raises CommandError."""
    most = Limits().size
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise CommandError(f"{shown_text(str(path))}: {said}", returncode=REFUSED) from error
    if len(data) > most:
        raise CommandError(str(FileRefused("size", {"size": len(data), "most": most})), returncode=REFUSED)
    return data


@contextmanager
def checked_file(spec: ImportSpec, user: Official, name: str, data: bytes, *, submit: bool) -> Iterator[Import]:
    """The file, read and checked now; what is not written in the block leaves nothing behind.

    It is an import of its own, whatever waits in the browser. Rows with a question count as wrong: nobody is there
    to answer it. Raises CommandError where the file is refused.
    """
    of = new_import(spec, user, name, BytesIO(data))
    try:
        while of.state == Import.State.READING:
            of = read_step(of, spec, FOREVER)
        if of.state == Import.State.REFUSED:
            raise CommandError(of.message, returncode=REFUSED)
        if of.state != Import.State.CHECKED:
            raise CommandError(_("The file was dropped. Nothing was written."), returncode=WRONG)
        yield refuse_unanswered(of, submit=submit)
    finally:
        Import.objects.filter(pk=of.pk).exclude(state__in=(Import.State.DONE, Import.State.UNDONE)).delete()


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


def told(of: Import, options: dict[str, Any], encoding: str) -> str:
    """What became of the file, as text or as JSON, in signs that the console knows."""
    errors = [
        {"row": row.line, **{name: error[name] for name in ("column", "value", "message")}}
        for row in of.rows.filter(outcome=Outcome.WRONG).order_by("line").iterator(chunk_size=1_000)
        for error in row.errors or ()
    ]
    counts = {name: getattr(of, name) for name in Outcome.values}
    committed = of.state == Import.State.DONE
    if options["format"] == "json":
        answer = {**counts, "committed": committed, "import": of.pk if committed else None, "errors": errors}
        said = json.dumps(answer, ensure_ascii=False)
        return said if is_encodable(said, encoding) else json.dumps(answer)
    lines = [" · ".join(shown_part(part) for part in each.values() if part) for each in errors]
    lines += [f"{Outcome(name).label}: {count}" for name, count in counts.items()]
    lines.append(_("Imported as #%(number)d.") % {"number": of.pk} if committed else _("Nothing was written."))
    return "\n".join(lines).encode(encoding, "backslashreplace").decode(encoding)


def shown_part(part: object) -> str:
    """A part of a line; the text of a cell may hold line breaks and signs that command a console."""
    return "".join(shown_text(sign) for sign in str(part))


def is_encodable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
