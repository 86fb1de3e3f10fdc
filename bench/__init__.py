"""The benchmark, `make bench`: the product compared with the alternatives, in one run on one machine.

It is no part of the site. Only its own commands import it, so Django is set up here, before the modules that need its
models. DATABASE_URL names the database to be measured.
"""

import os

import django

from revival.database.connection import connect

connect()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "revival.settings")
django.setup()
