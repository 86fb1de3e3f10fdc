#!/usr/bin/env python3
"""Django's command line, connected to the database first."""

import os
import sys

from django.core.management import execute_from_command_line

from revival.database.connection import connect

# These change or compare tables, or grant on them; all others run as the serving role.
OWNER_COMMANDS = (
    "migrate",
    "makemigrations",
    "showmigrations",
    "sqlmigrate",
    "squashmigrations",
    "optimizemigration",
    "pgtrigger",
    "roles",
    "reference",
)


def main() -> None:
    """Run the command named on the command line, as the role it needs."""
    connect(owner=sys.argv[1:2] != [] and sys.argv[1] in OWNER_COMMANDS)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revival.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
