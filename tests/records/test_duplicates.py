"""Whether a record is there already: it is asked once, nothing is blocked, and nothing foreign is told."""

import re
from copy import copy
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import UniqueConstraint, Value
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enterprises.models import Enterprise
from finance.models import Drawing, Loan
from projects.models import RenovationProject
from revival.accounts.models import Official, Region
from revival.records.duplicates import likely_duplicates
from revival.records.likeness import Folded, folded
from revival.records.models import Record, State
from tests import factories
from tests.extent import combinations, every
from tests.factories import (
    GULOU,
    KUNSHAN,
    PEI,
    PROVINCE,
    SUZHOU,
    XUZHOU,
    browser,
    credit_code,
    fresh,
    marked,
    official,
    project_code,
)
from tests.forms import errors, fields, save, url

pytestmark = pytest.mark.django_db
MODELS = [m for m in apps.get_models() if issubclass(m, Record) and not m._meta.proxy]
ALIKE = [m for m in MODELS if m.alike]
LANGUAGES = ("en", "zh-hans")
LOOKS = {"en": "that looks the same is there already", "zh-hans": "看上去相同的记录"}
REASON = "Synthetic: two workshops, two contracts"
NAMES = [
    ("江苏合成纺织有限公司", "江苏省合成纺织有限责任公司"),
    ("徐州（合成）机械有限公司", "徐州(合成)机械 有限公司"),
    ("苏政发〔2024〕1号", "苏政发[2024]１号"),
    ("ＡＢＣ　Textile", "abc textile"),
    ("合成·样例", "合成样例"),
]


def made(model: Any, region: str = GULOU, mark: str = "合成样例", **values: Any) -> Any:
    """A draft that is asked about by its first group; a designation is one of those with a name."""
    if model._meta.model_name == "designation":
        row = factories.designation(region, "cluster", name=mark, **values)
        return model.objects.get(pk=row.pk)
    return marked(model, region, mark, **values)


def add(model: Any) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/"


def again(page: Client, row: Any) -> dict[str, Any]:
    """The values of a record as a clerk would type them once more, with another code and a blank in the name."""
    typed = fields(page.get(url(row))) | {"version": "", "asked": ""}
    codes = {"credit_code": credit_code(900_001), "code": project_code(900_001)}
    typed |= {name: code for name, code in codes.items() if name in typed}
    if "name" in typed:
        typed["name"] = f"{typed['name'][0]}　{typed['name'][1:]}"
    return {name: value for name, value in typed.items() if not name.endswith("-id")} | no_rows(typed)


def no_rows(typed: dict[str, Any]) -> dict[str, str]:
    return {name: "0" for name in typed if name.endswith(("-INITIAL_FORMS", "-TOTAL_FORMS"))}


@pytest.fixture
def page(db: None) -> Client:
    return browser(official("clerk", XUZHOU))


class TestFolding:
    @every("names", NAMES)
    def test_two_spellings_of_one_name_are_alike(self, names: tuple[str, str]) -> None:
        assert folded(names[0]) == folded(names[1])

    def test_different_names_stay_different(self) -> None:
        for one, other in (("江苏合成纺织", "浙江合成纺织"), ("合成一厂", "合成二厂"), ("合成①", "合成1")):
            assert folded(one) != folded(other)

    def test_the_database_folds_as_python_does(self) -> None:
        """Every sign of the basic plane but surrogates and NUL, and every name above."""
        signs = "".join(chr(n) for n in range(1, 0x10000) if not 0xD800 <= n < 0xE000)
        texts = [signs, *(name for pair in NAMES for name in pair)]
        of_database = Region.objects.values_list(*(Folded(Value(text)) for text in texts))[:1].get()
        assert list(of_database) == [folded(text) for text in texts]

    def test_names_of_enterprises_are_found_by_an_index(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        found = Enterprise.objects.alias(like=Folded("name")).filter(city=XUZHOU, like__in=["a", "b"])
        assert "enterprise_folded" in found.explain()


def test_every_model_says_what_its_records_are_known_by() -> None:
    """By fields in which they agree, or by a constraint that lets each be there once."""
    for model in MODELS:
        once = [c for c in model._meta.constraints if isinstance(c, UniqueConstraint)]
        assert model.alike or once, model
        for group in model.alike:
            assert {model._meta.get_field(name).name for name in group} == set(group)


class TestSaving:
    @every(("model", "language"), combinations(ALIKE, LANGUAGES))
    def test_a_record_of_any_kind_is_asked_about_once(self, model: Any, language: str) -> None:
        """The form keeps what was typed; the reason is kept with the record, and answers for good."""
        row, page = made(model), browser(official("clerk", XUZHOU), language)
        typed = again(page, row)
        answer = page.post(add(model), typed | {"explanation": REASON})
        assert answer.status_code == 200
        field = "name" if "name" in model.alike[0] else model.alike[0][0]
        said = " ".join(errors(answer)[field])
        assert LOOKS[language] in said, said
        assert f'href="{url(row)}"' in said
        assert not any("<" in line.text for line in answer.context["summary"])
        assert model.objects.filter(explanation=REASON).count() == 0
        shown = fields(answer)
        assert shown["explanation"].strip() == REASON
        assert page.post(add(model), shown | {"explanation": ""}).status_code == 200
        assert page.post(add(model), shown).status_code == 302
        kept = model.objects.get(explanation=REASON)
        assert save(page, kept).status_code == 302
        assert save(page, kept, explanation=f"{REASON}.").status_code == 302

    @every("model", ALIKE)
    def test_what_lies_in_another_city_is_not_told(self, model: Any, page: Client) -> None:
        """The same record of another city, even of the same enterprise, changes nothing here."""
        if model.guard().follows:
            return  # it lies where its enterprise, park or loan lies
        row = made(model)
        typed = again(page, row)
        model.objects.filter(pk=row.pk).update(region=KUNSHAN)
        assert page.post(add(model), typed).status_code == 302

    def test_an_enterprise_of_the_city_is_told_without_detail(self) -> None:
        """A county learns that there is one in its city, and neither where nor of which code."""
        row = factories.enterprise(PEI, name="徐州（合成）纺织有限公司")
        typed = again(browser(official("clerk", XUZHOU)), row) | {"region": GULOU}
        for language, said in (("en", "it lies outside your region"), ("zh-hans", "不在您的")):
            page = browser(official("clerk", GULOU), language)
            answer = page.post(add(Enterprise), typed)
            (words,) = errors(answer)["name"]
            assert said in words
            text = answer.content.decode()
            assert row.credit_code not in text
            assert url(row) not in text
            assert fields(answer)["asked"] == "name:"
        assert page.post(add(Enterprise), fields(answer) | {"explanation": REASON}).status_code == 302

    def test_only_values_that_it_is_known_by_are_asked_about(self, page: Client) -> None:
        """A record that was there before anybody asked is changed in peace, until its name is typed again."""
        for _number in range(2):
            row = factories.enterprise(GULOU, name="合成样例")
        assert save(page, row, industry="food").status_code == 302
        assert save(page, row, name="合成 样例").status_code == 200
        assert fresh(row).name == "合成样例"

    def test_a_change_of_a_verified_record_is_asked_about(self, page: Client) -> None:
        factories.enterprise(GULOU, name="合成样例")
        row = factories.enterprise(GULOU, name="别的合成", state=State.VERIFIED)
        answer = save(page, row, name="合成样例")
        assert LOOKS["en"] in errors(answer)["name"][0]
        assert page.post(url(row), fields(answer) | {"explanation": REASON}).status_code == 302
        revision: Any = fresh(row).open_revision
        assert revision.changes == {"name": "合成样例", "explanation": REASON}

    def test_a_site_is_known_by_its_enterprise_as_well(self, page: Client) -> None:
        row = factories.land(GULOU, enterprise=factories.enterprise(GULOU))
        answer = page.post(add(type(row)), again(page, row) | {"name": "合成 another name"})
        assert list(errors(answer)) == ["enterprise"]

    def test_rows_of_a_page_are_asked_about(self, page: Client) -> None:
        """Those that are stored, and those above them on the page."""
        of = factories.loan(GULOU)
        factories.drawing(of)
        typed = fields(page.get(url(of)))
        new = {"drawn_on": "2024-04-01", "amount": "100"}, {"drawn_on": "2024-05-01", "amount": "7"}
        for number, values in enumerate((*new, new[1]), 1):
            typed |= {f"drawings-{number}-{name}": value for name, value in values.items()}
            typed |= {f"drawings-{number}-{name}": "" for name in ("id", "version", "asked", "review", "explanation")}
            typed[f"drawings-{number}-loan"] = str(of.pk)
        answer = page.post(url(of), typed | {"drawings-TOTAL_FORMS": "4"})
        assert set(errors(answer)) == {"1-amount", "3-amount"}
        shown = fields(answer) | {f"drawings-{number}-explanation": REASON for number in (1, 3)}
        assert page.post(url(of), shown).status_code == 302
        assert Drawing.objects.filter(loan=of).count() == 4


class TestCodes:
    @every(("model", "language"), combinations([Enterprise, RenovationProject], LANGUAGES))
    def test_the_same_code_leads_to_the_record(self, model: Any, language: str) -> None:
        row, page = made(model), browser(official("clerk", XUZHOU), language)
        name = "credit_code" if model is Enterprise else "code"
        typed = again(page, row) | {name: getattr(row, name)}
        (said,) = errors(page.post(add(model), typed))[name]
        assert f'href="{url(row)}"' in said
        assert {"en": "A record with this code is there already", "zh-hans": "该代码"}[language] in said

    @every(("model", "language"), combinations([Enterprise, RenovationProject], LANGUAGES))
    def test_the_same_code_elsewhere_is_told_without_detail(self, model: Any, language: str) -> None:
        own, foreign = made(model), made(model, SUZHOU, "ZQB-elsewhere")
        page = browser(official("clerk", XUZHOU), language)
        name = "credit_code" if model is Enterprise else "code"
        answer = page.post(add(model), again(page, own) | {name: getattr(foreign, name)})
        (said,) = errors(answer)[name]
        assert {"en": "it lies outside your region", "zh-hans": "不在您的"}[language] in said
        text = answer.content.decode()
        assert "ZQB" not in text
        assert not re.search(rf"/{foreign.pk}/change", text)


class TestManyRows:
    @every("model", ALIKE)
    def test_a_hundred_rows_cost_as_many_queries_as_one(self, model: Any) -> None:
        """One for what may be alike and one for what was found, as an import of a table needs."""
        user = Official.objects.get(pk=official("clerk", PROVINCE).pk)
        stored = made(model, GULOU, "合成样例")
        one = copied(stored)
        asked = [copy(one) for _number in range(100)]
        for rows in (asked[:1], asked):
            with CaptureQueriesContext(
                connection,
            ) as taken:
                found = likely_duplicates(rows, user)
            assert len(taken) == 2
            assert [each.row.pk for each in found[0]] == [stored.pk]
        assert asked[0] in [each.row for each in found[1]]

    def test_nothing_is_asked_of_nothing(self) -> None:
        assert likely_duplicates([], official("clerk", XUZHOU)) == []
        assert likely_duplicates([copied(factories.loan(GULOU))], official("clerk", SUZHOU)) == [[]]
        assert likely_duplicates([Loan()], official("clerk", SUZHOU)) == [[]]


def copied(row: Any) -> Any:
    """The record once more, not stored, with the same related rows in memory."""
    new = type(row).objects.named().get(pk=row.pk)
    new.pk = None
    new._state.adding = True
    return new
