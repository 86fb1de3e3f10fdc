"""Typed line breaks, terminal codes and direction marks forge no line and hide nothing."""

import csv
import io
import logging
import re
import runpy
import unicodedata
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from revival.serving.logs import OneLine, one_line
from tests import factories
from tests.factories import GULOU, XUZHOU, browser, official
from tests.site import ROOT

HOSTILE = (
    "mallory\r\nWARNING AXES: Successful login by admin",
    "mallory\nforged",
    "mallory\rforged",
    "mallory\x1b[2K\x1b[1Aforged",
    "mallory\x9b31mforged",
    "mallory\u202eforged\u2066\u200f",
    "mallory\u2028forged\u2029\x85\x0b\x0cforged",
    "mallory\x00forged",
    "mallory\ud800forged",
)


def harmless(line: str) -> bool:
    return not {unicodedata.category(c) for c in line} & {"Cc", "Cf", "Zl", "Zp", "Cs"}


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_one_line_stays_one_line(typed: str) -> None:
    """Characters are escaped and not dropped, so that the text can still be read."""
    record = logging.LogRecord("axes", logging.WARNING, "", 0, "Locking out %s.", (typed,), None)
    line = OneLine().format(record)
    assert harmless(line)
    assert "mallory" in line
    assert "forged" in line or "WARNING" in line


def test_plain_words_stay_as_they_are() -> None:
    """These are Chinese, accents, blanks and quotation marks."""
    assert one_line("徐州 “Łódź” \\ 100 %") == "徐州 “Łódź” \\ 100 %"


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_a_traceback_forges_no_line(typed: str) -> None:
    """Its lines are indented, and so is the error's own text."""
    try:
        raise ValueError(typed)
    except ValueError as error:
        info = type(error), error, error.__traceback__
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Failed", (), info)
    first, *others = OneLine().format(record).split("\n")
    assert first == "Failed"
    assert others
    assert all(line.startswith("  ") and harmless(line) for line in others)


@pytest.mark.django_db
def test_failed_sign_ins_are_one_line_each(caplog: pytest.LogCaptureFixture) -> None:
    """The console shows five failures and the lock of the name."""
    typed = "".join(text for text in HOSTILE if "\x00" not in text)  # which the form refuses
    caplog.set_level(logging.DEBUG)
    visitor = Client(raise_request_exception=False, headers={"accept-language": "en"})
    body = {"username": typed.encode("utf-8", "surrogatepass"), "password": "x"}
    form = "application/x-www-form-urlencoded"
    answers = [visitor.post(reverse("login"), urlencode(body), content_type=form) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    handler = next(h for h in logging.getLogger().handlers if isinstance(h.formatter, OneLine))
    lines = [handler.format(record) for record in caplog.records if not record.exc_info]
    assert lines
    assert all(harmless(line) for line in lines)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", [t for t in HOSTILE if "\x00" not in t and "\ud800" not in t])
def test_pages_and_files_show_them_harmlessly(typed: str) -> None:
    """Such a name is one row of the list, one line of the file, and one element of the page and its history."""
    row = factories.project(GULOU, name=f"{typed}<b>", state="verified")
    client = browser(official("clerk", XUZHOU, name=typed[:60]))
    data = b"".join(client.get("/reports/renovation/?format=csv&columns=name,code").streaming_content)  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    assert [line[1] for line in rows[1:-1]] == [row.code]
    change = f"/admin/projects/renovationproject/{row.pk}/"
    for page in ("/", "/search/?q=mallory", f"/projects/{row.pk}/", f"{change}change/", f"{change}history/"):
        answer: Any = client.get(page)
        text = answer.content.decode()
        assert answer.status_code == 200, page
        assert "<b>" not in text
        assert not [value for value in answer.headers.values() if re.search(r"[\r\n\x1b]", value)]


def test_the_server_logs_no_requests() -> None:
    """gunicorn's own log of requests would hold what visitors type in addresses."""
    settings = runpy.run_path(str(ROOT / "revival" / "serving" / "gunicorn.py"))
    assert not [name for name in settings if name.startswith("access")]
