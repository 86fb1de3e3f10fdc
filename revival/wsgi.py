"""The server's entry: finds (or starts) the database, then hands requests to Django."""

import os

from django.core.wsgi import get_wsgi_application

from revival.database.connection import connect

connect()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revival.settings")
application = get_wsgi_application()
