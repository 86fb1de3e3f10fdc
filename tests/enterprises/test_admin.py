"""The officials' page of an enterprise, and the spellings of credit codes."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from enterprises.codes import canonical_code, credit_check_digit_fits
from enterprises.models import Enterprise
from revival.records.models import State
from tests.factories import GULOU, KUNSHAN, SUZHOU, XUZHOU, browser, credit_code, enterprise, official, project
from tests.forms import deletion, errors, fields

ADD = "/admin/enterprises/enterprise/add/"
LIST = "/admin/enterprises/enterprise/"

db = pytest.mark.django_db


@pytest.fixture
def page(db: None) -> Client:
    return browser(official("clerk", XUZHOU))


def entry(page: Client, **typed: Any) -> dict[str, Any]:
    given = {
        "credit_code": credit_code(88_001),
        "name": "徐州新纺织有限公司",
        "region": GULOU,
        "industry": "textile",
        "industry_code": " c1713 ",
        "active_from": "2001-02-03",
    }
    return fields(page.get(ADD)) | given | typed


def test_an_entry_is_kept_in_one_spelling(page: Client) -> None:
    """Codes are half-width capitals without blanks."""
    code = credit_code(88_001)
    wide = " ".join(chr(ord(c) + 0xFEE0) for c in code.lower())
    assert page.post(ADD, entry(page, credit_code=wide)).status_code == 302
    row = Enterprise.objects.get()
    assert (row.credit_code, row.industry_code, row.state) == (code, "C1713", State.DRAFT)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("credit_code", credit_code(1)[:-1]),
        ("credit_code", credit_code(1)[:-1] + ("0" if credit_code(1)[-1] != "0" else "1")),
        ("credit_code", credit_code(1).replace("M", "I")),
        ("name", ""),
        ("region", SUZHOU),
        ("industry_code", "Z99999"),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field(page: Client, field: str, value: str) -> None:
    """What was typed stays in the form."""
    answer = page.post(ADD, entry(page, **{field: value}))
    assert set(errors(answer)) == {field}
    assert not Enterprise.objects.exists()
    assert fields(answer)["active_from"] == "2001-02-03"


def test_codes_of_other_issuers_only_warn(page: Client) -> None:
    """A staffing office's code with a wrong check digit is saved."""
    code = credit_code(5, "12320300")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    answer = page.post(ADD, entry(page, credit_code=wrong))
    assert answer.status_code == 302
    assert any("check digit" in str(message) for message in get_messages(answer.wsgi_request))


def test_a_code_twice_is_refused_in_any_spelling(page: Client) -> None:
    """It is also refused where the other enterprise lies in another city."""
    code = enterprise(SUZHOU).credit_code
    for spelled in (code, code.lower(), " ".join(code), f"{code[:8]}-{code[8:]}"):
        assert set(errors(page.post(ADD, entry(page, credit_code=spelled)))) == {"credit_code"}


def test_search_finds_a_code_in_any_spelling(page: Client) -> None:
    """The beginning of the code and a part of the name find it as well."""
    row, other = enterprise(name="彭城纺织"), enterprise(name="Other")
    for query in (row.credit_code.lower(), f"{row.credit_code[:8]} {row.credit_code[8:]}", "纺织"):
        found = page.get(LIST, {"q": query}).context["cl"].result_list
        assert (row in found, other in found) == (True, False), query


def test_an_enterprise_with_projects_stays(page: Client) -> None:
    """The page names the project that prevents the deletion, and only counts those elsewhere."""
    row = enterprise()
    project(GULOU, enterprise=row, name="Own project")
    project(KUNSHAN, enterprise=row, name="Foreign project")
    text = page.get(f"{LIST}{row.pk}/delete/").content.decode()
    assert "Own project" in text
    assert "Foreign project" not in text
    assert "1 record outside your region" in text
    page.post(f"{LIST}{row.pk}/delete/", deletion(row))
    assert Enterprise.objects.filter(pk=row.pk).exists()


def test_filters_are_those_of_the_scope(page: Client) -> None:
    """A province's clerk chooses among thirteen cities. A city's clerk has no such filter."""
    province = browser(official("clerk", "320000"))
    cities = [spec for spec in province.get(LIST).context["cl"].filter_specs if spec.title == "city"]
    assert len(cities[0].lookup_choices) == 13
    assert not [spec for spec in page.get(LIST).context["cl"].filter_specs if spec.title == "city"]
    own, other = enterprise(GULOU), enterprise(KUNSHAN)
    found = province.get(LIST, {"city": SUZHOU, "state__exact": "draft", "industry__exact": "textile"})
    assert list(found.context["cl"].result_list) == [other]
    assert own in province.get(LIST, {"city": XUZHOU}).context["cl"].result_list


@given(st.integers(0, 999_999), st.data())
def test_every_spelling_has_one_canonical(number: int, data: st.DataObject) -> None:
    """Small letters, full-width ones, blanks, hyphens and invisible characters change nothing."""
    code = credit_code(number)
    spelled = ""
    for sign in code:
        spelled += data.draw(st.sampled_from([sign, sign.lower(), chr(ord(sign) + 0xFEE0)]))
        spelled += data.draw(st.sampled_from(["", "", " ", "-", "－", "\u3000", "\u200b", "\ufeff"]))
    assert canonical_code(spelled) == canonical_code(canonical_code(spelled)) == code
    assert credit_check_digit_fits(code)


@given(st.integers(0, 999_999), st.integers(2, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_mistyped_character_is_noticed(number: int, place: int, sign: str) -> None:
    """The check digit notices it at every place."""
    code = credit_code(number)
    wrong = code[:place] + sign + code[place + 1 :]
    assert credit_check_digit_fits(wrong) == (wrong == code)
