#!/usr/bin/env bash
# Expected: with Simplified Chinese chosen, every installed package that has a Simplified Chinese catalogue shows it.
# Seen: django-filter keeps its Chinese under zh_CN, django-tables2 and django-import-export under zh_Hans. With
# zh-hans, as Django names the language, the first stays English; with zh-cn the other two do, and Django itself.
# For an office: pages are half English until the project's own catalogue repeats what such a package shows.
# Versions: django-filter 26.2, django-tables2 3.0.1, django-import-export 4.4.3, Django 5.2.19 from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq django-filter==26.2 django-tables2==3.0.1 django-import-export==4.4.3 Django==5.2.19
"$folder/venv/bin/python" - <<'PY'
import subprocess
import sys
from importlib.metadata import version

ASK = """
import sys
import django
from django.conf import settings
settings.configure(LANGUAGE_CODE=sys.argv[1], INSTALLED_APPS=["django_filters", "django_tables2", "import_export"])
django.setup()
from django.utils import translation
translation.activate(sys.argv[1])
print(*(translation.gettext(text) for text in ("Yesterday", "next", "Import", "This field is required.")), sep="|")
"""
names = ("django-filter", "django-tables2", "django-import-export", "Django")
print(*(f"{name} {version(name)}" for name in names))
changed = False
for language, recorded in (
    ("zh-hans", ["Yesterday", "下一页", "导入", "这个字段是必填项。"]),
    ("zh-cn", ["昨日", "next", "Import", "This field is required."]),
):
    command = [sys.executable, "-c", ASK, language]
    seen = subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip().split("|")
    print(f"{language}: expected Chinese of all, seen", dict(zip(names, seen, strict=True)))
    changed |= seen != recorded
sys.exit("The behaviour has changed." if changed else 0)
PY
