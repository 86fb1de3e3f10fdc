#!/usr/bin/env bash
# Expected: a yes/no filter takes the usual words for yes and reports others as invalid.
# Seen: the filter for a boolean field finds the form valid and filters nothing for 1, yes, on and 是; 2 means yes and 3
# means no, which nobody would guess; only these and the words true and false filter.
# For an office: a saved address or another system's link with ?accepted=1 shows, and totals, every project there is.
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
    accepted = models.BooleanField()

    class Meta:
        app_label = "projects"


class ProjectFilter(django_filters.FilterSet):
    class Meta:
        model = Project
        fields = ["accepted"]


with connection.schema_editor() as editor:
    editor.create_model(Project)
Project.objects.bulk_create(Project(accepted=number < 2) for number in range(7))
changed = False
for value, right, recorded in (
    ("true", "2", 2), ("1", "2", 7), ("yes", "2", 7), ("是", "2 or invalid", 7),
    ("false", "5", 5), ("0", "5", 7), ("2", "invalid", 2), ("3", "invalid", 5),
):  # fmt: skip
    form = ProjectFilter(QueryDict(f"accepted={value}"), queryset=Project.objects.all())
    valid, seen = form.is_valid(), form.qs.count()
    print(f"accepted={value}: expected {right}, seen {seen} of 7, {'valid' if valid else 'invalid'}")
    changed |= not valid or seen != recorded
sys.exit("The behaviour has changed." if changed else 0)
PY
