"""Settings of gunicorn, read by `gunicorn --config revival/serving/gunicorn.py`; PORT is set by the Makefile."""

import os
import socket
from typing import Any

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
# Two for each of two cores. The kernel deals visitors out unevenly, but shares the cores evenly between processes,
# while within one a fast page waits for the interpreter after each of its queries. Of a process's threads so many
# work as there are connections in its pool; the others wait for one, and are told to come again after POOL_SECONDS.
# Who finds no thread hangs in a queue that nobody sees, and would then wait POOL_SECONDS for a connection besides: so
# there are more threads than the hundred visitors who may come at once, all of whom one process may be given. A
# thread that waits costs next to nothing.
workers = int(os.environ.get("WEB_CONCURRENCY", "4"))
threads = 128
os.environ.setdefault("POOL_SIZE", "4")
# Loaded once before the workers are forked: a fault at the start ends the command instead of being retried.
preload_app = True
# Heartbeats are files, and a full or slow disk must not make healthy workers look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# gunicorn 27 would open a control socket in the home folder.
control_socket_disable = True
# A reader who takes nothing of a file, and keeps its connection to the database, is dropped after so many seconds.
# The accepted sockets inherit it from the one that listens. Not the business of a time limit of PostgreSQL, which
# does not break off its own waiting for a client.
SEND_SECONDS = int(os.environ.get("SEND_SECONDS", "60"))


def when_ready(server: Any) -> None:
    for listener in server.LISTENERS:
        if listener.sock.family != socket.AF_UNIX:  # which a web server in front reads, with limits of its own
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SEND_SECONDS * 1000)
