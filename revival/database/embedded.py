"""The embedded database: roles, their limits and passwords, on the server of revival/database/server.py."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import psycopg
from psycopg import sql

from revival.database.server import (
    DURABLE,
    SUPERUSER,
    DatabaseServer,
    NoDatabaseError,
    embedded_server,
    installed_wheel,
)

DATABASE, SERVING, OWNER = "revival", "revival", "revival_owner"
VAR = Path(__file__).resolve().parents[2] / "var"
ATTRIBUTES = {
    SERVING: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",
    OWNER: "LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",  # CREATEDB for the tests
}
# The limits are set for the role and not by the session, so that they also hold behind a pooler. A page takes a
# second and a file of a million rows 20 s: a serving statement of 60 s is a fault, or has a reader too slow to wait
# for. The owner builds indexes. Neither waits long for a lock, since all later queries would queue behind it.
LIMITS = {
    SERVING: {"statement_timeout": "60s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "30s"},
    OWNER: {"statement_timeout": "1h", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "10min"},
}


class DatabaseUrls(NamedTuple):
    """The connection URLs of the serving role and of the owner of the tables."""

    serving: str
    owner: str


def is_durable(connection: psycopg.Connection[Any]) -> bool:
    """Whether the commits of this session survive a power cut."""
    rows = connection.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(DURABLE)])
    return dict(rows.fetchall()) == DURABLE


@dataclass(frozen=True)
class EmbeddedDatabase:
    """The database on `server`, with the passwords of its roles in files of `var`."""

    var: Path
    server: DatabaseServer

    def url(self, role: str) -> str:
        place = f"host={quote(str(self.server.socket), safe='/')}&port=5432"
        return f"postgresql://{role}:{self.password(role)}@/{DATABASE}?{place}"

    def password(self, role: str) -> str:
        """The generated password of a role, from a file of mode 0600. The file is created if it is missing."""
        path = self.var / f"{role}_password"
        if not path.exists():
            if role == SUPERUSER and self.server.data.exists():
                raise NoDatabaseError(f"{path} is missing; bring it back, or remove {self.server.home}.")
            draft = path.with_suffix(f".{secrets.token_hex(4)}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        return path.read_text()

    def opened(self, role: str, database: str = DATABASE) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.server.socket),
            port=5432,
            user=role,
            password=self.password(role),
            dbname=database,
            connect_timeout=30,
            autocommit=True,
        )

    def ensure(self) -> DatabaseUrls:
        """Start the server, create its roles if needed (30 ms if not), and return the URLs."""
        if not self.sound():
            with self.server.locked():
                self.server.create(self.password(SUPERUSER))
                self.server.start()
                self.prepare()
            if not self.sound():
                raise NoDatabaseError(f"PostgreSQL does not accept its roles; its log is {self.server.log}.")
        return DatabaseUrls(self.url(SERVING), self.url(OWNER))

    def sound(self) -> bool:
        """Whether the server accepts both roles with our limits. Raises NoDatabaseError if it could lose commits."""
        try:
            with self.opened(OWNER), self.opened(SERVING) as connection:
                checksums = connection.execute("SHOW data_checksums").fetchone()
                if not is_durable(connection) or checksums != ("on",):
                    names = ", ".join((*DURABLE, "data_checksums"))
                    raise NoDatabaseError(f"PostgreSQL runs with one of {names} off and could lose data.")
                rows = connection.execute("SELECT rolname, rolconfig FROM pg_roles")
                kept = {name: set(config or ()) for name, config in rows}
        except psycopg.OperationalError:
            return False
        return all({f"{k}={v}" for k, v in LIMITS[role].items()} <= kept.get(role, set()) for role in LIMITS)

    def prepare(self) -> None:
        """Create or renew both roles and the database. A lost password file is replaced by a new one."""
        with self.opened(SUPERUSER, "postgres") as connection:
            known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
            for role, attributes in ATTRIBUTES.items():
                name = sql.Identifier(role)
                if role not in known:
                    connection.execute(sql.SQL("CREATE ROLE {}").format(name))
                # Encrypted here, as the text of a statement can end up in a log.
                password = self.password(role).encode()
                word = connection.pgconn.encrypt_password(password, role.encode(), b"scram-sha-256")
                change = sql.SQL("ALTER ROLE {} {} PASSWORD {}")
                connection.execute(change.format(name, sql.SQL(attributes), sql.Literal(word.decode())))
                for setting, value in LIMITS[role].items():
                    limit = sql.SQL("ALTER ROLE {} SET {} = {}")
                    connection.execute(limit.format(name, sql.Identifier(setting), sql.Literal(value)))
            # For DROP DATABASE ... WITH (FORCE) while the serving role is connected.
            connection.execute(sql.SQL("GRANT pg_signal_backend TO {}").format(sql.Identifier(OWNER)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
                connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))


def embedded_database(var: Path = VAR) -> EmbeddedDatabase:
    """The embedded database of this checkout, running or not."""
    return EmbeddedDatabase(var.resolve(), embedded_server(var))


def embedded_urls() -> DatabaseUrls:
    """The URLs of this checkout's embedded database, started if it does not run.

    NoDatabaseError where the server is not installed, before any folder is made for it.
    """
    installed_wheel()
    return embedded_database().ensure()
