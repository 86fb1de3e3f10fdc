"""Files: the guard against formulas, exact numbers, names, and transfers that break."""

import csv
import io
import json
import random
import re
import socket
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db.models import TextField, Value
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from projects.models import RenovationProject
from projects.reports import RenovationReport
from revival.accounts.models import Export, Region
from revival.database.embedded import DatabaseUrls
from revival.reporting import files
from revival.reporting.columns import FORMULA, GUARD, formula_safe_text, guarded_sql, plain_text
from revival.reporting.query import report_query
from revival.reporting.units import MONEY_UNITS
from tests import factories
from tests.conftest import Desk, filled, open_periods
from tests.extent import times
from tests.reporting.contract import body
from tests.site import served, sign_in
from tests.torture.people import kill, query, until

SignIn = Callable[..., Client]

NAUGHTY = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1", "\ufeff=1", "\u200b=1", "\u00a0=1",
    "＝1", "＋1", "－1", "＠1", "﹢1", "﹦1", "'=1", "''=1", "' =1", "=cmd|' /C calc'!A0", '=HYPERLINK("x")',
    '"=1"', "a,b", 'a"b', "a\nb", "普通名称", "-", "=", "'", "", "\u202e=1", "\u2066=1", "\x01=1", "\x1b=1", "0012",
    "1E5", "3-4", "2024-1-5", "123456789012", "97.2%", "Mar 1", "true", "12", "12\n", "1 1/2", "5月3日", "１２",
]  # fmt: skip
VISIBLE = re.compile(r"[^\s\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3000\ufeff]")


def in_sql(text: str) -> str:
    """The text as the database would write it into a file."""
    made = Region.objects.order_by("pk").annotate(written=Value(text, TextField()))
    return str(made.values_list(guarded_sql("written"), flat=True)[0])


def live(text: str) -> bool:
    """Whether a spreadsheet might take the cell for a formula: its first visible sign decides."""
    first = VISIBLE.search(text)
    return first is not None and first.group() in "=+-@＝＋－＠﹢﹣﹦﹫"


@pytest.mark.django_db
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.one_of(
        st.sampled_from(NAUGHTY),
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
        st.text(st.sampled_from("0123456789012.,:/-E%年月日 '¥１Mar")),
    )
)
def test_guard_is_the_same_in_python_and_in_sql_and_loses_nothing(text: str) -> None:
    """No guarded text is live or turned into something else, the guard goes away again, and both guards agree."""
    guarded = formula_safe_text(text)
    assert guarded == in_sql(text)
    assert not live(guarded)
    assert plain_text(guarded) == text
    assert guarded in (text, GUARD + text)
    assert guarded == text or re.match(FORMULA, text) or not re.fullmatch(r"[^\d]*", text) or text.strip().isalpha()


CHANGED = (
    "123456789012|320300199001011234|0012|00|007.5|1.10|1E5|1e+5|2.5E-3|913E12|3-4|3/4|2024-1-5|2024-05|5.3.2024|"
    "2024/1/5 10:30|5月3日|2024年5月|2024年5月1日|12:30|12:30:05|3 PM|3:00 am|1 1/2|97.2%|1,234|¥5|￥1,200.50|$3|(5)|"
    "（5）|Mar 1|MAR1|1-Mar|Dec 5, 2024|march 2024|true|FALSE|１２３|+86|-5| 0012 |'0012|''3-4|0012\n"
)
LEFT = (
    "0|5|2024|320300|12345678901|12.5|0.97|2405-320312-04-01-123456|MA1XYZ|Nanjing|May|Mayer|苏工信〔2024〕1号|1号|A1|3A|"
    "91320300MA1MW1ABXC|true north|'abc|1-2-3-4-5|一二|"
)


@pytest.mark.django_db
def test_texts_that_a_spreadsheet_turns_into_something_else_are_guarded() -> None:
    """Numbers of twelve digits, zeros before, days, times, powers and rates; what stays as it is has no guard."""
    for text in CHANGED.split("|"):
        assert formula_safe_text(text) == in_sql(text) == GUARD + text
        assert plain_text(GUARD + text) == text
    for text in LEFT.split("|"):
        assert formula_safe_text(text) == in_sql(text) == text
        assert plain_text(text) == text


@given(st.lists(st.one_of(st.sampled_from(NAUGHTY), st.text(st.sampled_from("\r\n\",'= a徐"))), min_size=1))
def test_a_line_of_a_file_is_one_line_for_anyone_reads_it(texts: list[str]) -> None:
    """Its cells come back as they were, with line breaks of either kind in them."""
    assert list(csv.reader(io.StringIO(files.csv_line(texts).decode(), newline=""))) == [texts]


@pytest.mark.django_db
def test_naughty_names_come_back_from_the_file() -> None:
    """Names that look like formulas are harmless and complete in the CSV, in the order of the table."""
    names = [name for name in NAUGHTY if name]
    for name in names:
        factories.project(name=name, state="verified")
    client = factories.browser(factories.official("manager", factories.PROVINCE))
    response = client.get("/reports/renovation/?format=csv&columns=name,total_investment")
    rows = list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"), newline="")))
    cells = [row[0] for row in rows[1:-1]]
    assert not any(live(cell) for cell in cells)
    assert [plain_text(cell) for cell in cells] == names


@pytest.mark.django_db
def test_money_is_exact_in_every_unit() -> None:
    """One fen survives in every unit of the file, and the total row is the exact sum."""
    for fen in ("0.01", "99999999999.99", "123456789012.34"):
        factories.project(state="verified", total_investment=Decimal(fen), planned_investment=Decimal("0"))
    client = factories.browser(factories.official("manager", factories.PROVINCE))
    for unit in MONEY_UNITS.values():
        response = client.get(f"/reports/renovation/?format=csv&columns=code,total_investment&unit={unit.name}")
        rows = list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"))))
        values = [Decimal(row[1]) * unit.factor for row in rows[1:]]
        assert values == [Decimal(v) for v in ("0.01", "99999999999.99", "123456789012.34", "223456789012.34")]


@pytest.mark.django_db
def test_file_is_named_after_report_filters_and_date() -> None:
    """The file name says report, filters and date in plain letters, quoted, for any search words."""
    client = factories.browser(factories.official("manager", factories.PROVINCE))
    response = client.get("/reports/renovation/", {"city": "320300", "q": 'a"b\r\nX-Evil: 1 徐', "format": "csv"})
    name = response["Content-Disposition"]
    plain, _semicolon, full = name.partition('"; ')
    assert re.fullmatch(r'attachment; filename="renovation_city-320300_q-[-a-zA-Z0-9]*_\d{4}-\d\d-\d\d\.csv', plain)
    assert re.fullmatch(r"filename\*=UTF-8''renovation_city-320300_q-[-\w%]*_\d{4}-\d\d-\d\d\.csv", full)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize("many", [0, 1, 2, 3, 5])
def test_json_of_records_has_each_row_once_and_counts_them(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """Rows come in order for full and partial blocks, with the total at the end and their number for the log."""
    monkeypatch.setattr(files, "BATCH", 2)
    made = [factories.project(state="verified").pk for _ in range(many)]
    user = factories.official("manager", factories.XUZHOU)
    entry = Export(official=user, path="/", size=0)
    text = b"".join(
        files.export_blocks(files.file_blocks(report_query(RenovationReport, QueryDict("format=json"), user)), entry)
    )
    found = json.loads(text)
    assert [row["id"] for row in found["rows"]] == made
    assert (found["total"]["projects"], entry.rows) == (many, many)


@pytest.mark.django_db
def test_json_of_records_has_codes_labels_and_yuan() -> None:
    """A record in JSON has codes with labels, money in yuan as text, ISO dates, counts as numbers."""
    row = factories.project(factories.KUNSHAN, state="verified", start_date="2024-03-01")
    client = factories.browser(factories.official("manager", factories.PROVINCE))
    response = client.get("/reports/renovation/?format=json")
    found = json.loads(body(response))
    (shown,) = found["rows"]
    assert shown["id"] == row.pk
    assert shown["city"] == {"code": "320500", "label": "Suzhou"}
    assert shown["action"] == {"code": "equipment-renewal", "label": "Equipment renewal"}
    assert shown["total_investment"] == "50000000.00"
    assert shown["start_date"] == "2024-03-01"
    assert shown["finish_date"] is None
    assert found["total"]["projects"] == 1


@pytest.fixture(scope="module")
def big(desk: Desk, django_db_setup: None) -> Iterator[DatabaseUrls]:
    """A database with enough projects that no buffer between server and reader holds their file."""
    name = f"{desk.name}_big"
    urls = filled(desk, name)
    open_periods(urls)
    with psycopg.connect(urls.serving, autocommit=True) as found:
        fields: list[Any] = [f for f in RenovationProject._meta.fields if f.name not in ("id", "code", "name")]
        columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
        copies = sql.SQL(
            "INSERT INTO projects_renovationproject (code, name, {0}) "
            "SELECT overlay(code placing lpad((n * 4000 + row)::text, 6, '0') from 19), repeat(name, 4), {0} "
            "FROM (SELECT *, row_number() OVER (ORDER BY id) AS row FROM projects_renovationproject) p, "
            "generate_series(1, 12) n ON CONFLICT DO NOTHING"
        )
        found.execute(copies.format(columns))
    yield urls
    desk.drop(name)


def slow_reader(address: str, path: str, cookie: str) -> HTTPConnection:
    """A reader with a small buffer who has asked for a file and read nothing of it yet."""
    parts = urlsplit(address)
    reader = HTTPConnection(parts.hostname or "", parts.port)
    reader.sock = socket.socket()
    reader.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.sock.connect((parts.hostname, parts.port))
    reader.sock.settimeout(60)
    reader.request("GET", path, headers={"Cookie": cookie})
    return reader


@pytest.fixture(scope="module")
def site(big: DatabaseUrls) -> Iterator[str]:
    with served(big) as address:
        yield address


def overdue(urls: DatabaseUrls, seconds: float) -> bool:
    """Whether a backend has been writing a file for longer, held up by its reader, or is gone for having been idle.

    PostgreSQL heeds the time limit once the reader takes more; a wait for one is not broken off. Between the first
    rows and the others it writes nothing, and ends by itself.
    """
    rows = query(
        urls,
        "SELECT wait_event = 'ClientWrite' AND clock_timestamp() - query_start > %s * interval '1s'"
        " FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%%'",
        seconds,
    )
    return not rows or (True,) in rows


def given_up(urls: DatabaseUrls) -> bool:
    """Whether nothing reads the database for a file any more."""
    return not query(
        urls,
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND usename = current_user AND xact_start IS NOT NULL",
    )


def logged(urls: DatabaseUrls) -> int:
    """How many exports are written down."""
    ((count,),) = query(urls, "SELECT count(*) FROM accounts_export")
    return int(count)


# A file that breaks never looks whole, and is not logged as taken. In full numbers 50 break, each at a moment of
# its own, told by what the reader has taken of it.
FILES = ("/reports/renovation/?format=csv", "/reports/renovation/?format=json")
MOST = 4_000_000  # bytes, of 19 million and more
MOMENTS = random.Random(4)
BROKEN = (IncompleteRead, ConnectionResetError)


def begun(address: str, path: str, cookie: str) -> tuple[HTTPConnection, HTTPResponse]:
    """A reader who has taken a part of a file."""
    reader = slow_reader(address, path, cookie)
    response = reader.getresponse()
    assert response.status == 200
    taken = times(100_000, MOMENTS.randint(1, MOST))
    assert len(response.read(taken)) == taken
    return reader, response


@pytest.mark.torture
@pytest.mark.parametrize("path", FILES)
def test_reader_sees_the_transfer_broken_when_the_database_dies(site: str, big: DatabaseUrls, path: str) -> None:
    """A file whose database connection is cut on the way."""
    before, cookie = logged(big), sign_in(site)
    for _ in range(times(1, 10)):
        _reader, response = begun(site, path, cookie)
        assert kill(big)
        with pytest.raises(BROKEN):
            response.read()
        assert logged(big) == before


@pytest.mark.torture
@pytest.mark.parametrize("path", FILES)
def test_a_file_whose_reader_leaves_is_not_logged(site: str, big: DatabaseUrls, path: str) -> None:
    """The server notices and gives the connection back. A complete file taken after that is logged."""
    before, cookie = logged(big), sign_in(site)
    for _ in range(times(1, 10)):
        reader, response = begun(site, path, cookie)
        assert not given_up(big)
        response.close()
        reader.close()
        until(lambda: given_up(big))
        assert logged(big) == before
    whole = slow_reader(site, f"{FILES[0]}&by=city", cookie).getresponse().read()
    assert query(big, "SELECT size FROM accounts_export ORDER BY id OFFSET %s", before) == [(len(whole),)]


def read_late(response: HTTPResponse, urls: DatabaseUrls, first: int) -> bytes:
    """The file. All but its first bytes are read once the time limit of a second is over."""
    text = response.read(first)
    until(lambda: overdue(urls, 1.5))
    return text + response.read()


@pytest.mark.torture
@pytest.mark.parametrize("most", [1_000, times(400_000, MOST)])
def test_reader_sees_the_transfer_broken_at_the_time_limit(big: DatabaseUrls, most: int) -> None:
    """A file that takes longer than its limit, in its first rows or later."""
    before = logged(big)
    with served(big, EXPORT_SECONDS="1") as address:
        cookie = sign_in(address)
        for _ in range(times(1, 5)):
            response = slow_reader(address, FILES[0], cookie).getresponse()
            with pytest.raises(BROKEN):
                read_late(response, big, times(most, MOMENTS.randint(1, most)))
    assert logged(big) == before


@pytest.mark.parametrize("path", FILES)
def test_a_reader_who_takes_nothing_is_dropped(big: DatabaseUrls, path: str) -> None:
    """The database connection is given back, though the reader's own stays open, and no file of theirs is logged."""
    before = logged(big)
    with served(big, SEND_SECONDS="1") as address:
        response = slow_reader(address, path, sign_in(address)).getresponse()
        assert not given_up(big)
        until(lambda: given_up(big))
        with pytest.raises(BROKEN):
            response.read()
    assert logged(big) == before


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_file_that_is_not_read_in_time_breaks_off(settings: Any, kind: str) -> None:
    """It breaks off after any number of statements, though each of them keeps its limit."""
    settings.EXPORT_SECONDS = 0
    factories.project(state="verified")
    user = factories.official("manager", factories.XUZHOU)
    entry = Export(official=user, path="/reports/renovation/", size=0)
    file = files.export_blocks(
        files.file_blocks(report_query(RenovationReport, QueryDict(f"format={kind}"), user)), entry
    )
    with pytest.raises(TimeoutError, match="/reports/renovation/"):
        list(file)
    assert entry.pk is None


def test_whole_file_arrives_in_blocks(site: str, big: DatabaseUrls) -> None:
    """The same file, left alone, is complete with all rows and the total row, and is logged."""
    before = logged(big)
    parts = urlsplit(site)
    reader = HTTPConnection(parts.hostname or "", parts.port)
    reader.request("GET", "/reports/renovation/?format=csv&unit=yuan", headers={"Cookie": sign_in(site)})
    response = reader.getresponse()
    assert response.headers["Transfer-Encoding"] == "chunked"
    rows = list(csv.reader(io.StringIO(response.read().decode("utf-8-sig"))))
    verified = "SELECT count(*), sum(total_investment) FROM projects_renovationproject WHERE state = 'verified'"
    (counted,) = query(big, verified)
    assert len(rows) - 2 == counted[0]
    assert logged(big) == before + 1
    column = rows[0].index("Total investment (yuan)") if "Total investment (yuan)" in rows[0] else 9
    assert Decimal(rows[-1][column]) == counted[1]
