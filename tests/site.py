"""The product as it is served, for tests that need real connections: gunicorn over a database that commits.

The tests' processes hash passwords at once (tests/settings.py), and so does the server that they start.
"""

import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from revival.database.embedded import DatabaseUrls

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "synthetic-pass-word"


def environment(urls: DatabaseUrls, **more: str) -> dict[str, str]:
    """The environment of a process that works on the database of the URLs."""
    given = {"DATABASE_URL": urls.serving, "DATABASE_OWNER_URL": urls.owner, "DEMO_PASSWORD": PASSWORD}
    return {**os.environ, **given, **more}


def manage(urls: DatabaseUrls, *words: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Run a command of manage.py on the database."""
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment(urls), capture_output=True, check=check
    )


def sign_in(address: str, username: str = "province") -> str:
    """The session cookie of a demonstration user."""
    parts = urlsplit(address)
    server = HTTPConnection(parts.hostname or "", parts.port)
    server.request("GET", "/accounts/login/")
    response = server.getresponse()
    page = response.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    cookie = re.search(r"csrftoken=[^;]+", response.headers["Set-Cookie"])
    assert token
    assert cookie
    body = f"username={username}&password={PASSWORD}&csrfmiddlewaretoken={token.group(1)}"
    headers = {"Cookie": cookie.group(), "Content-Type": "application/x-www-form-urlencoded"}
    server.request("POST", "/accounts/login/", body, headers)
    response = server.getresponse()
    response.read()
    session = re.search(r"sessionid=[^;]+", ",".join(response.headers.get_all("Set-Cookie") or []))
    assert session
    return session.group()


class Served(str):
    """The address of a running server, and the number of its first process."""

    pid: int

    def processes(self) -> list[int]:
        """The server's process and those that it forked."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        return [self.pid, *map(int, found)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(urls: DatabaseUrls, **more: str) -> Iterator[Served]:
    """The address of a running server; it is stopped at the end."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "revival/serving/gunicorn.py",
        "revival.wsgi:application",
    ]
    with tempfile.TemporaryFile() as log:  # a pipe that nobody reads would stop the server once it is full
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(urls, PORT=str(port), **more),
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        address = Served(f"http://127.0.0.1:{port}")
        address.pid = server.pid
        try:
            wait(address, server, log)
            yield address
        finally:
            server.terminate()
            server.communicate(timeout=30)


def wait(address: str, server: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    """Wait until the server reports that its database answers, for 60 s at most."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if server.poll() is not None:
            log.seek(0)
            raise RuntimeError(log.read().decode())
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            select.select([], [], [], 0.1)
    raise TimeoutError(address)
