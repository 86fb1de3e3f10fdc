"""Settings of gunicorn, read by `gunicorn --config revival/gunicorn.py`; PORT is set by the Makefile."""

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
# Two cores: a process for each. Of a process's threads so many work as there are connections in its pool; the
# others wait for one, and are told to come again after POOL_SECONDS, in place of hanging in a queue nobody sees.
workers = 2
threads = 64
os.environ.setdefault("POOL_SIZE", "4")
# Loaded once before the workers are forked: a fault at the start ends the command instead of being retried.
preload_app = True
# Heartbeats are files, and a full or slow disk must not make healthy workers look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# gunicorn 27 would open a control socket in the home folder.
control_socket_disable = True
