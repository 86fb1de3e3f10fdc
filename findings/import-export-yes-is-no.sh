#!/usr/bin/env bash
# Expected: an import of a yes/no or whole-number column takes what it understands and refuses the rest with its row.
# Seen: 是, √ and yes import as False, without an error, the same as 否; a count of 1.9 imports as 1. Only 1 and spellings
# of true are yes. A date written 2026年3月1日, though, is refused.
# For an office: a sheet filled in with 是 is stored as all no; the columns need widgets with the words of the office.
# Versions: django-import-export 4.4.3, tablib 3.10.0, Django 5.2.19 from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq django-import-export==4.4.3 tablib==3.10.0 Django==5.2.19
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

import django
from django.conf import settings

settings.configure(LANGUAGE_CODE="zh-hans")
django.setup()

from django.utils import translation
from import_export import widgets

translation.activate("zh-hans")
print(*(f"{name} {version(name)}" for name in ("django-import-export", "tablib", "Django")))
changed = False
for widget, value, right, recorded in (
    (widgets.BooleanWidget(), "TRUE", "True", "True"),
    (widgets.BooleanWidget(), "是", "True or an error", "False"),
    (widgets.BooleanWidget(), "√", "True or an error", "False"),
    (widgets.BooleanWidget(), "yes", "True or an error", "False"),
    (widgets.BooleanWidget(), "否", "False or an error", "False"),
    (widgets.IntegerWidget(), "12", "12", "12"),
    (widgets.IntegerWidget(), "1.9", "an error", "1"),
    (widgets.DateWidget(), "2026年3月1日", "a date or an error", "an error"),
):
    try:
        seen = str(widget.clean(value))
    except ValueError:
        seen = "an error"
    print(f"{type(widget).__name__} {value}: expected {right}, seen {seen}")
    changed |= seen != recorded
sys.exit("The behaviour has changed." if changed else 0)
PY
