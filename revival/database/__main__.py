"""`python -m revival.database start|stop`: starts or stops the embedded server."""

import sys

from revival.database.connection import connect
from revival.database.embedded import embedded_database
from revival.database.server import NoDatabaseError


def main(arguments: list[str]) -> None:
    """Run the command. If DATABASE_URL names a server, `start` only checks it."""
    if arguments == ["start"]:
        connect()
        sys.stdout.write("PostgreSQL is ready.\n")
    elif arguments == ["stop"]:
        try:
            stopped = embedded_database().server.stop()
        except (NoDatabaseError, OSError) as error:
            sys.exit(f"PostgreSQL is not stopped: {error}")
        sys.stdout.write("PostgreSQL is stopped.\n" if stopped else "PostgreSQL was not running.\n")
    else:
        sys.exit("Usage: python -m revival.database start|stop")


if __name__ == "__main__":
    main(sys.argv[1:])
