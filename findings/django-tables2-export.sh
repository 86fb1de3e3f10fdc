#!/usr/bin/env bash
# Expected: an export to CSV or JSON holds the texts of the records.
# Seen: a TemplateColumn exports what it rendered for HTML, so 增长<5%且>2% becomes 增长&lt;5%且&gt;2% and & becomes &amp;; an
# empty date exports as a dash, and yes or no as the English True or False also where Chinese is active.
# For an office: notes and names of enterprises come out of the file changed, and a date column holds a text.
# Versions: django-tables2 3.0.1, tablib 3.10.0, Django 5.2.19 from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq django-tables2==3.0.1 tablib==3.10.0 Django==5.2.19
"$folder/venv/bin/python" - <<'PY'
import json
import sys
from importlib.metadata import version

import django
from django.conf import settings

engine = {"BACKEND": "django.template.backends.django.DjangoTemplates"}
settings.configure(INSTALLED_APPS=["django_tables2"], LANGUAGE_CODE="zh-hans", TEMPLATES=[engine])
django.setup()

import django_tables2
from django.utils import translation
from django_tables2.export import TableExport

translation.activate("zh-hans")
print(*(f"{name} {version(name)}" for name in ("django-tables2", "tablib", "Django")))


class ProjectTable(django_tables2.Table):
    plain = django_tables2.Column()
    note = django_tables2.TemplateColumn("{{ record.plain }}")
    finished = django_tables2.DateColumn()
    accepted = django_tables2.BooleanColumn()


records = [{"plain": text, "finished": None, "accepted": True} for text in ("增长<5%且>2%", "甲&乙公司")]
rows = json.loads(TableExport("json", ProjectTable(records)).export())
seen = [list(row.values()) for row in rows]
for record, row in zip(records, seen, strict=True):
    print("expected", [record["plain"], record["plain"], None, True], "seen", row)
recorded = [
    ["增长<5%且>2%", "增长&lt;5%且&gt;2%", "—", "True"],
    ["甲&乙公司", "甲&amp;乙公司", "—", "True"],
]
sys.exit("The behaviour has changed." if seen != recorded else 0)
PY
