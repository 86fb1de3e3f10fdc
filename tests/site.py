"""The product as it is served, for tests that need real connections: gunicorn over a database that commits."""

import os
import select
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from revival.embedded import Urls

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "synthetic-pass-word"


def environment(urls: Urls, **more: str) -> dict[str, str]:
    """The environment of a process that works on the database of the URLs."""
    given = {"DATABASE_URL": urls.serving, "DATABASE_OWNER_URL": urls.owner, "DEMO_PASSWORD": PASSWORD}
    return {**os.environ, **given, **more}


def manage(urls: Urls, *words: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Run a command of manage.py on the database."""
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment(urls), capture_output=True, check=check
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(urls: Urls, **more: str) -> Iterator[str]:
    """The address of a running server; it is stopped at the end."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "revival/gunicorn.py", "revival.wsgi:application"]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(urls, PORT=str(port), **more),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait(address, server)
        yield address
    finally:
        server.terminate()
        server.communicate(timeout=30)


def wait(address: str, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers that its database does; 60 s at most."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(server.communicate()[1].decode())
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            select.select([], [], [], 0.1)
    raise TimeoutError(address)
