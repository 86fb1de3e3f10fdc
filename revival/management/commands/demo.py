"""`manage.py demo`: demonstration users, and synthetic data that are marked as such."""

import time
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from revival.demo import load, people, periods, shape

HELP = (
    "Load synthetic records and create the demonstration users. For 2024 the default size has exactly 1,363 "
    "verified projects and 209.833 billion yuan; at other sizes all figures are scaled. Above "
    f"{shape.ALL_MONTHS_UP_TO} projects, one in {shape.ONE_IN} has all its months, the others only the last one."
)


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--projects",
            type=int,
            default=shape.DEFAULT,
            help="number of projects of all years (default: %(default)s)",
        )
        parser.add_argument("--seed", type=int, default=2024, help="the same seed and size give the same data")
        parser.add_argument("--if-empty", action="store_true", help="do nothing if there is any record")
        other = parser.add_mutually_exclusive_group()
        other.add_argument(
            "--password",
            action="store_true",
            help="only set a new password (DEMO_PASSWORD or a generated one)",
        )
        other.add_argument("--users", action="store_true", help="only list the demonstration users")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["users"]:
            self.stdout.write(people.table())
        elif options["password"]:
            self.set_password()
        elif options["if_empty"] and load.any_record():
            self.stdout.write("There are records already. No demonstration data were loaded.")
        else:
            self.load(options["projects"], options["seed"])

    def load(self, projects: int, seed: int) -> None:
        if not shape.LEAST <= projects <= shape.MOST:
            raise CommandError(f"--projects must be between {shape.LEAST} and {shape.MOST}.")
        if load.any_synthetic():
            raise CommandError("Synthetic records are already loaded. A second load would mix with them.")
        begun = time.monotonic()
        password, generated = people.chosen_password()
        try:
            with transaction.atomic(), pghistory.context(command="demo"):
                created = people.create_missing(password)
                loaded = load.load(projects, seed, people.present())
                periods.create()
        except people.NotReadyError:
            raise CommandError(
                "Regions or roles are missing. Run `manage.py reference` and `manage.py roles` first."
            ) from None
        except load.BusyError:
            raise CommandError("Another load is running. Try again when it has ended.") from None
        self.stdout.write(
            f"Loaded {loaded.enterprises} enterprises, {loaded.projects} projects and {loaded.months} "
            f"monthly rows, {loaded.others} of other subjects, synthetic except what the article names, "
            f"in {time.monotonic() - begun:.1f} s."
        )
        if created:
            self.stdout.write(f"Created the users {', '.join(created)}.")
            self.tell(password, generated)
        load.settle()

    def set_password(self) -> None:
        password, generated = people.chosen_password()
        if not people.set_password(password):
            raise CommandError("There are no demonstration users. Run `manage.py demo` to create them.")
        self.tell(password, generated)

    def tell(self, password: str, generated: bool) -> None:
        """Print a generated password once.

        A password from the environment is not printed, as it could end up in a log.
        """
        shown = password if generated else "as in DEMO_PASSWORD"
        self.stdout.write(f"Password of the demonstration users: {shown}")
