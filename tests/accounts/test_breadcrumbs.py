"""Breadcrumbs name a page as the menu does: the first page of the admin is data entry, and not home."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.extent import every
from tests.factories import GULOU, PROVINCE, XUZHOU, browser, marked, official
from tests.world import MODELS

pytestmark = pytest.mark.django_db
CRUMBS = re.compile(r'<div class="breadcrumbs">\s*<a href="([^"]*)">([^<]*)</a>')
WORDS = {"en": "Data entry", "zh-hans": "数据填报"}
REGISTERED = list(admin.site._registry)
ROWS = [model for model in MODELS if model in admin.site._registry]


def crumbs(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 200
    found = CRUMBS.findall(answer.content.decode())
    assert found
    return found


@every("model", REGISTERED)
def test_of_lists_and_new_rows(model: Any) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    for language, words in WORDS.items():
        page = browser(official("", PROVINCE), language)
        assert crumbs(page.get(reverse(f"{name}_changelist"))) == [(reverse("admin:index"), words)]
        if (answer := page.get(reverse(f"{name}_add"))).status_code == 200:
            assert crumbs(answer) == [(reverse("admin:index"), words)]


@every("model", ROWS)
def test_of_a_row(model: Any) -> None:
    row = marked(model, GULOU, "ROW")
    page = browser(official("clerk", XUZHOU))
    for each in ("change", "history", "delete"):
        answer = page.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{each}", args=[row.pk]))
        if answer.status_code == 200:
            assert crumbs(answer) == [(reverse("admin:index"), WORDS["en"])]
    assert page.get(reverse("admin:app_list", args=[model._meta.app_label])).content.decode().count(">Home<") == 1
