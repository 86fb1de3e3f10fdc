#!/usr/bin/env bash
# Expected: choosing regions in a filter changes which records are there, not how often equal values are listed.
# Seen: MultipleChoiceFilter makes the query DISTINCT, also on a plain column where no join can double a row. Two
# projects of 500 in one county are one line in a list of county and amount, and the added amounts come out too small;
# aggregate() on the same query still gives the right total, so page and file disagree.
# For an office: such filters need distinct=False, or totals of short lists must not be added up from their values.
# Versions: django-filter 26.2, Django 5.2.19 from PyPI; records in SQLite's memory.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq django-filter==26.2 Django==5.2.19
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

import django
from django.conf import settings

memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
settings.configure(INSTALLED_APPS=["django_filters"], DATABASES={"default": memory})
django.setup()

import django_filters
from django.db import connection, models
from django.http import QueryDict

print("django-filter", version("django-filter"), "Django", version("Django"))


class Project(models.Model):
    county = models.CharField(max_length=6)
    amount = models.IntegerField()

    class Meta:
        app_label = "projects"


COUNTIES = [("320111", "浦口区"), ("320903", "盐都区")]


class ProjectFilter(django_filters.FilterSet):
    county = django_filters.MultipleChoiceFilter(choices=COUNTIES)


with connection.schema_editor() as editor:
    editor.create_model(Project)
for county in ("320111", "320111", "320903"):
    Project.objects.create(county=county, amount=500)
chosen = ProjectFilter(QueryDict("county=320111&county=320903"), queryset=Project.objects.all()).qs
lines = list(chosen.values_list("county", "amount"))
added = sum(chosen.values_list("amount", flat=True))
total = chosen.aggregate(total=models.Sum("amount"))["total"]
print("expected 3 lines; seen", len(lines), lines)
print(f"expected 1500 twice; seen {added} added from the values, {total} by aggregate()")
sys.exit("The behaviour has changed." if (len(lines), added, total) != (2, 500, 1500) else 0)
PY
