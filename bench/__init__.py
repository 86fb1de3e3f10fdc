"""The benchmark, `make bench`: what the product does beside what else could do it, in one run on one machine.

Not part of what serves. It is imported as a whole by its own commands alone, so Django is set up here, before the
modules that need its models; DATABASE_URL names the database to be measured.
"""

import os

import django

from revival.database.connection import connect

connect()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revival.settings")
django.setup()
