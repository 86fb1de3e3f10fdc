"""Two posts of one form at the same moment make one record of every kind, in front of the served product."""

from functools import partial
from typing import Any

import pytest
from psycopg import sql

from revival.database.embedded import DatabaseUrls
from tests.extent import times
from tests.forms import Fields
from tests.torture.people import Person, at_once, query

pytestmark = pytest.mark.torture
OF_ITS_OWN = ("form_token", "version", "csrfmiddlewaretoken")
# Kinds without a code of their own; one row of each is copied into the form for a new one. The field makes it
# another, as an equal one would be asked about.
KINDS = {
    "projects.retiredequipment": "quantity",
    "finance.loan": "credit",
    "projects.landrenewal": "area",
    "projects.activity": "name",
}


def page_fields(text: str) -> dict[str, Any]:
    form = Fields()
    form.feed(text)
    return {name: value for name, value in form.values.items() if "__prefix__" not in name}


def count(urls: DatabaseUrls, kind: str) -> int:
    table = sql.Identifier(kind.replace(".", "_"))
    found = query(urls, sql.SQL("SELECT count(*) FROM {}").format(table))
    return int(found[0][0])


def test_a_double_click_makes_one_record(busy: DatabaseUrls, site: str) -> None:
    """Both answers are the page of the one record or the list; the second says that it was saved already."""
    clerk = Person(site, "xuzhou-clerk")
    for kind, field in KINDS.items():
        base = f"/admin/{kind.replace('.', '/')}/"
        rows = sql.SQL("SELECT id FROM {} WHERE city_id = '320300' AND state = 'verified' LIMIT 1")
        ((key,),) = query(busy, rows.format(sql.Identifier(kind.replace(".", "_"))))
        shown = page_fields(clerk.get(f"{base}{key}/change/"))
        shown = {name: value for name, value in shown.items() if "-" not in name and name not in OF_ITS_OWN}
        for turn in range(times(3, 40)):
            typed = page_fields(clerk.get(f"{base}add/")) | shown | {field: str(771 + turn)}
            before = count(busy, kind)
            answers = at_once([partial(clerk.ask, f"{base}add/", typed)] * 2)
            assert {status for status, _text, _headers in answers} == {200}
            assert sum("This was saved already" in text for _status, text, _headers in answers) == 1
            assert count(busy, kind) == before + 1
