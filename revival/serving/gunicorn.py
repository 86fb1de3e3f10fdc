"""Settings of gunicorn, read by `gunicorn --config revival/serving/gunicorn.py`. The Makefile sets PORT."""

import os
import socket
from typing import Any

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
# Two processes for each of two cores. The kernel distributes visitors unevenly, but shares the cores evenly between
# processes; within one process, a fast page waits for the interpreter after each of its queries. In each process as
# many threads work as its pool has connections. The others wait for one, and after POOL_SECONDS the visitor is asked
# to come again. Visitors who find no thread wait in a queue that nobody sees, and then wait up to POOL_SECONDS more
# for a connection. There are therefore more threads than the hundred visitors who may arrive at once, all of whom one
# process may get. A waiting thread costs next to nothing.
workers = int(os.environ.get("WEB_CONCURRENCY", "4"))
threads = 128
os.environ.setdefault("POOL_SIZE", "4")
# Loaded once before the workers are forked: a fault at the start then ends the command instead of being retried.
preload_app = True
# Heartbeats are files. A full or slow disk must not make healthy workers look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# gunicorn 27 would open a control socket in the home folder.
control_socket_disable = True
# A reader who takes nothing of a file, and keeps its database connection, is dropped after this many seconds.
# Accepted sockets inherit the limit from the listening one. PostgreSQL has no time limit for this: it waits for a
# client without end.
SEND_SECONDS = int(os.environ.get("SEND_SECONDS", "60"))


def when_ready(server: Any) -> None:
    for listener in server.LISTENERS:
        if listener.sock.family != socket.AF_UNIX:  # a web server in front reads it, with limits of its own
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SEND_SECONDS * 1000)
