"""The connection: to the server that DATABASE_URL names, or else to the embedded one.

manage.py, wsgi.py and the tests call `connect` before Django reads its settings, so nothing here imports Django.
`python -m revival.database start|stop` starts or stops the embedded server, which otherwise stays up between
commands.
"""

import os
import sys
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from revival.database.embedded import DatabaseUrls, embedded_urls, is_durable
from revival.database.server import NoDatabaseError

OLDEST = 14  # the oldest supported major version of PostgreSQL
PATIENCE = 10  # seconds to wait for a connection


def connect(owner: bool = False) -> None:
    """Put the URLs into the environment, with the owner's as DATABASE_URL if asked. Exit with status 1 on failure.

    DATABASE_SERVING_ROLE keeps the name of the role that `manage.py roles` grants to. Under the owner's URL nothing
    else tells it.
    """
    try:
        urls = configured_urls(owner) or embedded_urls()
    except (NoDatabaseError, OSError, psycopg.Error) as error:
        sys.exit(f"No database: {' '.join(str(error).split())}")
    os.environ.setdefault("DATABASE_SERVING_ROLE", unquote(urlsplit(urls.serving).username or ""))
    os.environ["DATABASE_URL"] = urls.owner if owner else urls.serving
    os.environ["DATABASE_OWNER_URL"] = urls.owner


def configured_urls(owner: bool) -> DatabaseUrls | None:
    """The URLs from the environment, after a test of the one needed now; None if none is set."""
    serving, owning = os.environ.get("DATABASE_URL", ""), os.environ.get("DATABASE_OWNER_URL", "")
    if not serving:
        if owning:
            raise NoDatabaseError("DATABASE_OWNER_URL is set without DATABASE_URL; set both or neither.")
        return None
    if owner and not owning:
        sys.stderr.write("Warning: DATABASE_OWNER_URL is not set, so the serving role owns the tables.\n")
    check_form("DATABASE_URL", serving)
    if owning:
        check_form("DATABASE_OWNER_URL", owning)
    if owner and owning:
        check_server("DATABASE_OWNER_URL", owning)
    else:
        check_server("DATABASE_URL", serving)
    return DatabaseUrls(serving, owning or serving)


def check_form(name: str, url: str) -> None:
    """Raise NoDatabaseError for a malformed URL.

    The message repeats no part of it: any part may be of the password.
    """
    try:
        parts = urlsplit(url)
        # A password with / # ? or @ in it ends too early. The rest of it is then read as another part.
        torn = url.count("@") > 1 or ("@" in url and "@" not in parts.netloc)
        if parts.scheme not in ("postgres", "postgresql") or parts.port == 0 or torn:
            raise ValueError
        conninfo_to_dict(url)
    except (ValueError, psycopg.ProgrammingError):
        form = "postgresql://user:password@host:port/database, with special characters in the password as %XX"
        raise NoDatabaseError(f"{name} is malformed; it must read {form}.") from None


def check_server(name: str, url: str) -> None:
    """Raise NoDatabaseError unless the URL opens a PostgreSQL new enough. Warn if it may lose commits."""
    try:
        with psycopg.connect(url, connect_timeout=PATIENCE, autocommit=True) as connection:
            version = connection.info.server_version // 10000
            durable = is_durable(connection)
    except psycopg.Error as error:
        # Of several addresses the last one. libpq ends its message with a question.
        reasons = [line.strip(" -") for line in str(error).splitlines() if not line.endswith("?")]
        text = reasons[-1] if reasons else "no reason is given"
        password = urlsplit(url).password or ""
        for secret in filter(None, (password, unquote(password))):
            text = text.replace(secret, "***")
        raise NoDatabaseError(f"{name} cannot be used: {text}") from None
    if version < OLDEST:
        raise NoDatabaseError(f"{name} is PostgreSQL {version}; {OLDEST} or newer is needed.")
    if not durable:
        sys.stderr.write(f"Warning: the server of {name} may lose commits (fsync or the like is off).\n")
