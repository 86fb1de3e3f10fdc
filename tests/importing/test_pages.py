"""The pages of imports: who sees which, what they say, and that looking changes nothing."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from projects.models import RenovationProject
from revival.catalogue import IMPORTS
from revival.importing import steps, views
from revival.importing.models import Import, ImportRow
from revival.importing.reading.limits import Limits
from revival.importing.steps import bring_file
from tests import factories
from tests.extent import every
from tests.factories import GULOU, KUNSHAN, PEI, SUZHOU, XUZHOU, browser, official
from tests.importing.bring import bring, csv_text, write
from tests.importing.test_rows import HEADS, project_row

pytestmark = pytest.mark.django_db
WRONG = "abc"


@pytest.fixture
def clerk() -> Any:
    return official("clerk", XUZHOU)


def some_rows(right: int = 2, wrong: int = 1, place: str = GULOU, industry: str = "纺织") -> bytes:
    """A file of projects with right and wrong rows. The industry may be another one than that of the enterprise."""
    firm = factories.enterprise(place)
    rows = [project_row(firm, 9000 + at, region=place, industry=industry) for at in range(right)]
    rows += [project_row(firm, 9800 + at, region=place, total=WRONG) for at in range(wrong)]
    return csv_text(HEADS, *rows)


def upload(name: str, data: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, data), "cells": ""}


def said(answer: Any) -> str:
    return " ".join(str(answer.content.decode()).split())


def every_page(of: Import) -> list[str]:
    """The addresses that show something of an import."""
    own = of.get_absolute_url()
    return [own, f"{own}?show=new", f"{own}rows.xlsx?show=wrong", f"{own}rejected/"]


def test_an_import_is_seen_in_its_region_and_above_it() -> None:
    county, city, other = official("clerk", GULOU), official("clerk", XUZHOU), official("clerk", SUZHOU)
    beside, province = official("clerk", PEI), official("clerk", factories.PROVINCE)
    of = bring("projects", county, some_rows())
    for reader, status in ((county, 200), (city, 200), (province, 200), (other, 404), (beside, 404)):
        client = browser(reader)
        assert {client.get(path).status_code for path in every_page(of)} == {status}, reader
        for path in ("/import/", "/import/projects/"):
            assert (f'href="{of.get_absolute_url()}"' in said(client.get(path))) == (status == 200)
    above = bring("projects", city, some_rows())
    assert browser(county).get(above.get_absolute_url()).status_code == 404


def test_only_who_brought_a_file_has_its_buttons() -> None:
    of = bring("projects", official("clerk", GULOU), some_rows(wrong=0))
    client = browser(official("clerk", XUZHOU))
    page = client.get(of.get_absolute_url())
    assert 'name="act" value="confirm"' not in said(page)
    assert "has not confirmed the file." in said(page)
    for act in ("read", "answer", "confirm", "cancel", "undo"):
        assert client.post(of.get_absolute_url(), {"act": act}).status_code == 403
    of.refresh_from_db()
    assert of.state == Import.State.CHECKED


@pytest.mark.parametrize("role", ["manager", "verifier", "auditor", "publisher", "administrator"])
def test_who_enters_no_records_has_no_pages_of_imports(role: str, clerk: Any) -> None:
    of = bring("projects", clerk, some_rows())
    client = browser(official(role, factories.PROVINCE))
    assert client.get("/import/").status_code == 403
    paths = ["/import/projects/", "/import/projects/template.xlsx", "/import/projects/records.xlsx"]
    assert {client.get(path).status_code for path in [*paths, *every_page(of)]} == {403}
    assert client.post("/import/projects/", upload("synthetic.csv", some_rows())).status_code == 403
    assert 'href="/import/"' not in said(client.get("/"))
    assert Import.objects.count() == 1


def test_looking_changes_nothing(clerk: Any) -> None:
    of = bring("projects", clerk, some_rows())
    reading, _made = bring_file(IMPORTS[1], clerk, "other.csv", io.BytesIO(some_rows(1)))
    before = [*Import.objects.values()], [*ImportRow.objects.values()]
    client = browser(clerk)
    for path in ["/import/", "/import/projects/", reading.get_absolute_url(), *every_page(of)]:
        for query in ("", "act=confirm", "act=cancel&effect=1"):
            client.get(f"{path}{'&' if '?' in path else '?'}{query}" if query else path)
    assert ([*Import.objects.values()], [*ImportRow.objects.values()]) == before
    assert not RenovationProject.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@every("spec", IMPORTS)
def test_every_kind_has_its_page_in_both_languages(spec: Any, language: str, clerk: Any) -> None:
    client = browser(clerk, language)
    page = client.get(f"/import/{spec.name}/")
    assert page.status_code == 200
    assert f"<h1>{'Import: ' if language == 'en' else '导入：'}{spec.title}" in said(page) or language == "en"
    assert f'href="/import/{spec.name}/template.xlsx"' in said(page)


def test_a_wrong_value_is_told_once_with_its_column(clerk: Any) -> None:
    of = bring("projects", clerk, some_rows())
    page = said(browser(clerk).get(of.get_absolute_url()))
    assert page.count(f"“{WRONG}”") == 2  # above the confirmation and in its row
    for code, words in (("en", "What is wrong"), ("zh-hans", "有误之处")):
        assert words in said(browser(clerk, code).get(of.get_absolute_url()))


def test_the_counts_lead_to_the_rows(clerk: Any) -> None:
    of = bring("projects", clerk, some_rows(right=3, wrong=2, industry="化工"))
    client = browser(clerk)
    page = client.get(of.get_absolute_url())
    assert [(pile.name, pile.rows) for pile, _current in page.context["piles"]] == [
        *(("wrong", 2), ("questions", 3), ("new", 3), ("changed", 0), ("unchanged", 0)),
    ]
    for name, lines in (("wrong", [5, 6]), ("new", [2, 3, 4]), ("questions", [2, 3, 4]), ("changed", [])):
        shown = client.get(of.get_absolute_url(), {"show": name})
        assert [each.row.line for each in shown.context["rows"]] == lines
    assert client.get(of.get_absolute_url(), {"show": "all"}).status_code == 400


def test_many_rows_come_in_pages(clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    of = bring("projects", clerk, some_rows(right=5, wrong=0))
    client = browser(clerk)
    pages = [client.get(of.get_absolute_url(), {"show": "new", "page": page}) for page in (1, 2, 3, 9)]
    assert [[each.row.line for each in page.context["rows"]] for page in pages] == [[2, 3], [4, 5], [6], [6]]
    assert "?show=new&amp;page=2#rows" in said(pages[0])


def test_the_rows_of_a_pile_are_a_file(clerk: Any) -> None:
    """A line for each value, or reason, as the page shows them."""
    known = factories.project(GULOU, name="Synthetic old")
    heads = ("项目代码", "项目名称")
    of = bring("projects", clerk, csv_text(heads, [known.code, "Synthetic new"], [factories.project_code(77), "x"]))
    client = browser(clerk)

    def lines(name: str) -> list[Any]:
        answer: Any = client.get(f"{of.get_absolute_url()}rows.xlsx", {"show": name})
        data = b"".join(answer.streaming_content)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        return [row for row in rows if row[0] in (2.0, 3.0, "2", "3", 2, 3)]

    assert [[str(cell) for cell in row[2:5]] for row in lines("changed")] == [
        ["Project name", "Synthetic old", "Synthetic new"]
    ]
    assert len(lines("wrong")) >= 1
    assert lines("new") == []
    for wrong in ("", "all"):
        assert client.get(f"{of.get_absolute_url()}rows.xlsx", {"show": wrong}).status_code in (400, 404)


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_pages_ask_the_database_as_often_for_many_rows_as_for_few(clerk: Any) -> None:
    few = bring("projects", clerk, some_rows(right=2, wrong=1, industry="化工"))
    many = bring("projects", clerk, some_rows(right=40, wrong=20, industry="化工"))
    client = browser(clerk)
    for show in ("wrong", "new", "questions"):
        counts = [queries(client, f"{of.get_absolute_url()}?show={show}") for of in (few, many)]
        assert counts[0] == counts[1], show
    paths = ("/import/", "/import/projects/")
    before = [queries(client, path) for path in paths]
    for at in range(5):
        bring("projects", official("clerk", GULOU), some_rows(right=1, wrong=0), name=f"{at}.csv")
    assert [queries(client, path) for path in paths] == before


def test_the_menu_and_the_links_of_a_list_ask_nothing(clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser(clerk)
    path = "/admin/projects/renovationproject/"
    client.get(path)
    there = queries(client, path)
    monkeypatch.setattr("revival.context.IMPORTS", ())
    monkeypatch.setattr("revival.import_links.IMPORTS", ())
    assert queries(client, path) == there


def test_a_refused_file_says_why_and_how_to_go_on(clerk: Any) -> None:
    for code, words in (("en", "Bring another file"), ("zh-hans", "上传其他文件")):
        client = browser(clerk, code)
        answer = client.post("/import/projects/", upload("x.csv", f"{code}\nno headings\n".encode()), follow=True)
        of = answer.context["import"]
        assert of.state == Import.State.REFUSED
        assert of.message
        assert 'role="alert"' in said(answer)
        assert words in said(answer)
    assert not ImportRow.objects.exists()


def test_a_file_above_the_limit_is_told_at_its_field(clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "Limits", lambda: Limits(size=10))
    answer = browser(clerk).post("/import/projects/", upload("x.csv", b"x" * 11))
    assert answer.status_code == 400
    assert "Send its rows in several files." in str(answer.context["form"].errors["file"])
    assert not Import.objects.exists()


@pytest.mark.parametrize("sent", ["neither", "both", "empty"])
def test_a_file_or_cells_are_brought(sent: str, clerk: Any) -> None:
    post: dict[str, Any] = {"cells": "x"} if sent == "both" else {"cells": "  "}
    if sent != "neither":
        post["file"] = SimpleUploadedFile("x.csv", b"" if sent == "empty" else b"x")
    answer = browser(clerk).post("/import/projects/", post)
    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert not Import.objects.exists()


def test_pasted_cells_are_a_file(clerk: Any) -> None:
    """With the tabs of a spreadsheet; the page says how far they are read."""
    row = project_row(factories.enterprise(GULOU), 9100)
    cells = "\r\n".join("\t".join(map(str, each)) for each in (HEADS, row))
    page = browser(clerk).post("/import/projects/", {"cells": cells}, follow=True)
    of = page.context["import"]
    assert (of.state, of.new, of.name, of.format) == (Import.State.CHECKED, 1, "Pasted cells", "text")
    assert of.total == 1
    assert page.context["separator"] == "tab"


def test_the_first_rows_are_as_wide_as_the_headings(clerk: Any) -> None:
    known = factories.project(GULOU)
    of = bring("projects", clerk, csv_text(("项目代码", "项目名称", "地区"), [known.code]))
    page = browser(clerk).get(of.get_absolute_url())
    assert page.context["sample"] == [(2, [known.code, "", ""])]


def test_cells_typed_before_the_session_ended_come_back(clerk: Any) -> None:
    """Nothing is read from them until they are sent from their own page."""
    visitor = Client(headers={"accept-language": "en"})
    lost = visitor.post("/import/projects/", {"cells": "代码\t名称\nA\tB"})
    assert lost.status_code == 403
    assert "Nothing was saved: you are signed out." in said(lost)
    assert "代码" in lost.context["kept"]
    client = browser(clerk)
    page = client.post("/import/projects/", {"cells": "代码\t名称", "_again": "1"})
    assert page.status_code == 200
    assert ">\n代码\t名称</textarea>" in page.content.decode()
    assert not Import.objects.exists()


def test_answers_typed_before_the_session_ended_come_back(clerk: Any) -> None:
    of = bring("projects", clerk, some_rows(right=1, wrong=0, industry="化工"))
    path = f"{of.get_absolute_url()}?show=questions"
    typed = {"act": "answer", "answer-2": "Synthetic reason", "reason": "Synthetic for all"}
    assert "Synthetic reason" in Client().post(path, typed).context["kept"]
    page = said(browser(clerk).post(path, {**typed, "_again": "1"}))
    assert "Synthetic reason" in page
    assert "Synthetic for all" in page
    assert not of.rows.exclude(answer="").exists()


def asked(clerk: Any, rows: int = 3) -> tuple[Import, Client, str]:
    of = bring("projects", clerk, some_rows(right=rows, wrong=0, industry="化工"))
    return of, browser(clerk), f"{of.get_absolute_url()}?show=questions"


def answers(of: Import) -> list[str]:
    return [*of.rows.order_by("line").values_list("answer", flat=True)]


def test_questions_are_answered_by_row_and_by_kind(clerk: Any) -> None:
    """A reason for a kind leaves the answers that are there; one can be replaced, and a blank field loses none."""
    of, client, path = asked(clerk)
    (group,) = [key for key, _label, _count in client.get(path).context["groups"]]
    client.post(path, {"act": "answer", "answer-3": " Synthetic one ", "answer-x": "x", "answer-99": "x"})
    assert answers(of) == ["", "Synthetic one", ""]
    client.post(path, {"act": "answer", "group": "gone", "reason": "Synthetic"})
    assert answers(of) == ["", "Synthetic one", ""]
    client.post(path, {"act": "answer", "group": group, "reason": "Synthetic all"})
    assert answers(of) == ["Synthetic all", "Synthetic one", "Synthetic all"]
    client.post(path, {"act": "answer", "answer-2": "", "answer-3": "Synthetic other"})
    assert answers(of) == ["Synthetic all", "Synthetic other", "Synthetic all"]
    assert client.get(path).context["groups"] == []
    write(of, submit=True)
    written = RenovationProject.objects.order_by("code").values_list("explanation", flat=True)
    assert [*written] == ["Synthetic all", "Synthetic other", "Synthetic all"]


@pytest.mark.parametrize("name", ["answer-2", "reason"])
def test_a_long_answer_is_refused_and_none_is_kept(name: str, clerk: Any) -> None:
    of, client, path = asked(clerk)
    page = client.post(path, {"act": "answer", "answer-3": "Synthetic", name: "x" * 1001}, follow=True)
    assert "has more than 1000 characters. Shorten it." in said(page)
    assert answers(of) == ["", "", ""]


def test_a_written_import_takes_no_answers(clerk: Any) -> None:
    of, client, path = asked(clerk, 1)
    write(of)
    page = client.post(path, {"act": "answer", "answer-2": "Synthetic"}, follow=True)
    assert "This import is not waiting any more." in said(page)
    assert answers(of) == [""]


def test_a_file_that_is_read_shows_how_far_and_can_be_left(clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar goes to about the number of rows; a button goes on, for readers without script too."""
    monkeypatch.setattr(steps, "BATCH", 4)
    spec = IMPORTS[1]
    of, _made = bring_file(spec, clerk, "synthetic.csv", io.BytesIO(some_rows(right=10, wrong=0)))
    of = steps.read_step(of, spec, 0)
    client = browser(clerk)
    page = said(client.get(of.get_absolute_url()))
    assert '<progress id="progress" max="10" value="4">' in page
    assert "4 of about 10 rows are checked." in page
    assert f'href="{of.get_absolute_url()}"' in said(client.get("/import/"))
    done = client.post(of.get_absolute_url(), {"act": "read"}, follow=True)
    assert (done.context["import"].state, done.context["import"].new) == (Import.State.CHECKED, 10)


@pytest.mark.parametrize(("act", "state"), [("cancel", "cancelled"), ("confirm", "done"), ("undo", "undone")])
def test_each_end_says_what_became_of_the_file(act: str, state: str, clerk: Any) -> None:
    of = bring("projects", clerk, some_rows(right=1, wrong=0))
    if act == "undo":
        write(of)
    client = browser(clerk)
    page = client.post(of.get_absolute_url(), {"act": act}, follow=True)
    of.refresh_from_db()
    assert of.state == state
    words = {
        "cancel": "The file was dropped. Nothing was written.",
        "confirm": "Imported as drafts at ",
        "undo": "Taken back at ",
    }
    assert words[act] in str(page.context["became"])
    assert said(page).count(words[act]) == 1
    assert ('value="undo"' in said(page)) == (act == "confirm")
    assert RenovationProject.objects.count() == (act == "confirm")


@every("spec", IMPORTS)
def test_every_list_links_to_its_import(spec: Any, clerk: Any) -> None:
    """With the query of the list, for who may import; who only reads has no link."""
    model = spec.model
    path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    page = said(browser(clerk).get(path, {"state__exact": "draft"}))
    assert f'href="/import/{spec.name}/"' in page
    assert f'href="/import/{spec.name}/records.xlsx?state__exact=draft"' in page
    assert f'href="/import/{spec.name}/"' not in said(browser(official("manager", XUZHOU)).get(path))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/admin/projects/renovationproject/", "progress"),
        ("/admin/finance/loan/", "drawings"),
        ("/admin/enterprises/product/", "listings"),
    ],
)
def test_the_list_of_records_links_to_the_imports_of_their_rows(path: str, kind: str, clerk: Any) -> None:
    page = said(browser(clerk).get(path))
    assert f'href="/import/{kind}/"' in page
    assert f'href="/import/{kind}/records.xlsx"' in page


def test_the_list_of_one_kind_of_designations_takes_only_these(clerk: Any) -> None:
    page = said(browser(clerk).get("/admin/enterprises/greenfactory/"))
    link = "/import/designations/records.xlsx?kind__exact=green-factory"
    assert f'href="{link}"' in page
    assert browser(clerk).get(link).status_code == 200


def test_a_record_says_which_row_of_which_file_it_came_from(clerk: Any) -> None:
    """On its page and in its history, to those who may see the import."""
    county = official("clerk", GULOU)
    of = write(bring("projects", clerk, some_rows(right=1, wrong=0)))
    made = RenovationProject.objects.get()
    other = factories.project(KUNSHAN)
    back = f'<a href="/admin/projects/renovationproject/{made.pk}/change/">'
    assert back in said(browser(clerk).get(of.get_absolute_url()))
    for path in (f"/admin/projects/renovationproject/{made.pk}/{page}/" for page in ("change", "history")):
        own = said(browser(clerk).get(path))
        assert f'href="{of.get_absolute_url()}"' in own
        assert f"From import #{of.pk}, row 2" in own
        assert "From import" not in said(browser(county).get(path))
        assert "From import" not in said(browser(official("verifier", XUZHOU)).get(path))
    page = browser(official("clerk", SUZHOU)).get(f"/admin/projects/renovationproject/{other.pk}/change/")
    assert "From import" not in said(page)


def test_a_file_that_was_imported_is_compared_anew_on_demand(clerk: Any) -> None:
    """Records may have changed since: unmarked it leads to the first import, marked to a new comparison."""
    known = factories.project(GULOU)
    client, typed = browser(clerk), {"cells": f"项目代码\t项目名称\n{known.code}\tSynthetic renamed"}
    first: Any = client.post("/import/projects/", typed)
    client.post(first.url, {"act": "confirm", "submit": "0"})
    again = client.post("/import/projects/", typed, follow=True)
    assert again.redirect_chain[-1][0] == first.url
    label = "Compare it anew, although the same file was imported before"
    assert f"tick “{label}”" in again.content.decode()
    assert label in client.get("/import/projects/").content.decode()
    anew: Any = client.post("/import/projects/", {**typed, "again": "on"})
    assert anew.url != first.url
    assert Import.objects.get(pk=anew.url.strip("/").rpartition("/")[2]).unchanged == 1
