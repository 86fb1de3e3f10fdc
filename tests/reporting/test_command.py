"""`manage.py report` prints the file of the page."""

from collections.abc import Callable
from io import BytesIO, TextIOWrapper

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests import factories
from tests.reporting.contract import body

SignIn = Callable[..., Client]


def printed(*words: str) -> bytes:
    data = BytesIO()
    out = TextIOWrapper(data, encoding="utf-8")
    call_command("report", *words, stdout=out)
    out.flush()
    return data.getvalue()


@pytest.mark.parametrize(
    ("words", "url"),
    [
        (
            ["renovation", "--filter", "year=2024", "--by", "city", "--across", "action"],
            "year=2024&by=city&across=action",
        ),
        (
            ["progress", "--filter", "year=2024", "--by", "month", "--format", "json"],
            "year=2024&by=month&format=json",
        ),
        (["renovation", "--filter", "city=320300", "--unit", "wan"], "city=320300&unit=wan"),
    ],
)
def test_command_prints_the_file_of_the_page(as_user: SignIn, words: list[str], url: str) -> None:
    """It prints the same bytes as the page's file, by default for the province in English."""
    url = url if "format" in url else f"{url}&format=csv"
    assert printed(*words) == body(as_user().get(f"/reports/{words[0]}/?{url}"))


def test_command_keeps_to_the_scope_of_a_user_and_to_a_language(as_user: SignIn) -> None:
    """--user limits the records to the user's region, --language sets the labels."""
    page = as_user("xuzhou", "zh-hans").get("/reports/renovation/?format=csv&by=county")
    assert printed("renovation", "--by", "county", "--user", "xuzhou", "--language", "zh-hans") == body(page)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing"], "no report"),
        (["renovation", "--filter", "city=999999"], "City"),
        (["renovation", "--filter", "nonsense=1"], "nonsense"),
        (["renovation", "--filter", "city"], "NAME=VALUE"),
        (["renovation", "--filter", "by=city"], "NAME=VALUE"),
        (["renovation", "--by", "nonsense"], "nonsense"),
        (["renovation", "--user", "nobody"], "nobody"),
        (["renovation", "--filter", "city=320100", "--user", "xuzhou"], "320100"),
    ],
)
def test_wrong_words_end_with_status_two_and_a_message(world: None, words: list[str], message: str) -> None:
    """A wrong name, filter or value prints no row. The status is 2, and a message says what was wrong."""
    with pytest.raises(CommandError, match=message) as refused:
        printed(*words)
    assert refused.value.returncode == 2


def test_user_without_a_role_is_refused(world: None) -> None:
    """--user prints what the user's own page would show, which is nothing for one without a role."""
    user = factories.official("manager", factories.PROVINCE, username="roleless")
    user.groups.clear()
    with pytest.raises(CommandError, match="may not read"):
        printed("renovation", "--user", "roleless")
