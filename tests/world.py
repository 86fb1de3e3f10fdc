"""Two cities with the same records. Officials of city A must find nothing of city B.

A is Xuzhou with Gulou, B is Suzhou with Kunshan. All text that an official of B can type has a mark.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction

from projects.models import RenovationProject
from revival.accounts.models import Export, Official
from revival.evaluation.models import IndexSystem
from revival.evaluation.statistics import Statistic, StatisticValue
from revival.importing.models import Import, ImportRow
from revival.records.limits import AmountLimit
from revival.records.models import Reviewed, State
from revival.records.periods import ExtensionRequest, PeriodException, ReportingPeriod
from tests.factories import GULOU, KUNSHAN, PROVINCE, SUZHOU, XUZHOU, marked, official, outside_requests, region

MARK = "ZQB-"
MODELS = [model for model in apps.get_models() if issubclass(model, Reviewed)]
# Every text that an official types, and every text with a form of its own. A new field needs its place here.
TEXTS = {"name", "comment", "explanation", "issuer", "number"}
CODES = {"code", "credit_code", "industry_code", "spelling"}
# Role and region of the readers of A; the first reads most.
READERS = {
    "superuser": ("", XUZHOU),
    "clerk": ("clerk", XUZHOU),
    "verifier": ("verifier", XUZHOU),
    "manager": ("manager", XUZHOU),
    "publisher": ("publisher", XUZHOU),
    "auditor": ("auditor", XUZHOU),
    "administrator": ("administrator", XUZHOU),
    "county clerk": ("clerk", GULOU),
}


class World(NamedTuple):
    """Rows by model. deleted: rows of B that are gone, for their histories."""

    own: dict[Any, list[Any]]
    foreign: dict[Any, list[Any]]
    deleted: dict[Any, list[int]]
    readers: dict[str, Official]


@contextmanager
def two_cities() -> Iterator[World]:
    """The world, rolled back at the end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '60s'")
        outside_requests()
        yield build()
        transaction.set_rollback(True)


def build() -> World:
    numbers = count(1)
    world = World({}, {}, {}, {name: official(*given, name=f"Reader {name}") for name, given in READERS.items()})
    own = [official(role, XUZHOU, name=f"Own {role}") for role in ("clerk", "verifier")]
    foreign = [official(role, SUZHOU, name=f"{MARK}{role}") for role in ("clerk", "verifier")]
    for model in MODELS:
        world.own[model] = [
            row_of(model, place, f"OWN-{next(numbers)}", state, own)
            for place, state in ((GULOU, State.DRAFT), (XUZHOU, State.VERIFIED))
        ]
        world.foreign[model] = [
            row_of(model, place, f"{MARK}{next(numbers)}", state, foreign)
            for place, state in zip((KUNSHAN, SUZHOU) * 2, State, strict=True)
        ]
        gone = row_of(model, KUNSHAN, f"{MARK}{next(numbers)}", State.DRAFT, foreign)
        world.deleted[model] = [gone.pk]
        model.objects.filter(pk=gone.pk).delete()
    limits()
    for rows, people in ((world.own, own), (world.foreign, foreign)):
        rows[Official] = people
        rows |= beside_records(people[0], MARK if people is foreign else "OWN-")
    return world


def row_of(model: Any, place: str, mark: str, state: str, people: list[Official]) -> Any:
    """A row whose texts all have the mark, entered and verified by the people."""
    clerk, verifier = people
    if model._meta.label == "projects.Policy" and place == GULOU:
        place = XUZHOU
    by: dict[str, Any] = {"created_by": clerk, "changed_by": clerk}
    by |= {"submitted_by": clerk} if state != State.DRAFT else {}
    by |= {"verified_by": verifier} if state == State.VERIFIED else {}
    row = marked(model, place, mark, state=state, **by)
    filled = {f.name: mark for f in texts(model) if getattr(row, f.name) or (f.blank and f.name != "name")}
    model.objects.filter(pk=row.pk).update(**filled)
    row.refresh_from_db()
    return row


def texts(model: Any) -> list[Any]:
    """The fields that officials fill with words of their own."""
    kinds: Any = (models.CharField, models.TextField)
    found = [f for f in model._meta.concrete_fields if isinstance(f, kinds) and not f.choices and not f.is_relation]
    unknown = {f.name for f in found} - TEXTS - CODES
    assert not unknown, f"say in tests/world.py whether these are texts: {unknown}"
    return [f for f in found if f.name in TEXTS]


def beside_records(clerk: Official, mark: str) -> dict[Any, list[Any]]:
    """Make other rows of one region: a file taken, an exception, a request for one, a value of a statistic."""
    period, _made = ReportingPeriod.objects.get_or_create(
        year=2019, month=0, defaults={"opens": "2019-01-01", "due": "2019-12-31", "closes": "2020-03-31"}
    )
    for month in (0, 5):  # open, for the board and the monthly form
        days = {"opens": "2019-01-01", "due": "2060-01-01", "closes": "2060-01-01"}
        ReportingPeriod.objects.get_or_create(year=2024, month=month, defaults=days)
    export = Export.objects.create(
        official=clerk, path=f"/{mark}path", query=f"q={mark}question", rows=1, size=1, sha256=mark.ljust(64, "0")
    )
    exception = PeriodException.objects.create(
        period=period,
        region=clerk.region,
        reason=f"{mark}reason",
        until="2060-01-01",
        opened_by=official("publisher", PROVINCE),
    )
    shut, _made = ReportingPeriod.objects.get_or_create(
        year=2017, month=0, defaults={"opens": "2017-01-01", "due": "2017-12-31", "closes": "2018-03-31"}
    )
    asked = ExtensionRequest.objects.create(
        period=shut, region=clerk.region, reason=f"{mark}reason", until="2060-01-01", asked_by=clerk
    )
    statistic, _made = Statistic.objects.get_or_create(
        code="synthetic-use", defaults={"subject": "cities", "name_zh": "能耗", "name_en": f"{MARK}of cities"}
    )
    StatisticValue.objects.create(
        statistic=statistic, city=region(clerk.region_id), year=2024, value=1, source_id="article-2025", place=mark
    )
    known = {"subject": "industries", "name_zh": "产量", "name_en": "Output"}
    Statistic.objects.get_or_create(code="synthetic-output", defaults=known)
    return {Export: [export], PeriodException: [exception], ExtensionRequest: [asked], Import: [brought(clerk, mark)]}


def brought(clerk: Official, mark: str) -> Import:
    """A file that waits for its official, with a wrong row."""
    of = Import.objects.create(
        kind="projects",
        official=clerk,
        region=clerk.region,
        state=Import.State.CHECKED,
        name=f"{mark}file.csv",
        sha256=mark.ljust(64, "0"),
        size=1,
        language="en",
        format="csv",
        headings=[f"{mark}heading"],
        columns=["name"],
        units=[""],
        notes=[f"{mark}note"],
        wrong=1,
    )
    ImportRow.objects.create(
        of=of,
        line=2,
        outcome="wrong",
        cells=[f"{mark}cell"],
        title=f"{mark}title",
        errors=[{"column": f"{mark}column", "value": f"{mark}value", "message": f"{mark}message"}],
    )
    return of


def systems() -> list[Any]:
    """The index systems, the latest first."""
    return list(IndexSystem.objects.order_by("-pk"))


def limits() -> list[Any]:
    """A limit of amounts, which the publisher of the province sets for all."""
    kind = ContentType.objects.get_for_model(RenovationProject)
    return [AmountLimit.objects.get_or_create(kind=kind, defaults={"amount": 10**9})[0]]


def fingerprint(*leaving: str) -> dict[str, str]:
    """Number and digest of the rows of every table, except those that every request writes."""
    silent = ("django_session", "axes_accesslog", "axes_accessattempt", "axes_accessfailurelog", *leaving)
    tables = [name for name in connection.introspection.table_names() if name not in silent]
    parts = [
        f"SELECT '{name}', COUNT(*) || ' ' || COALESCE(md5(string_agg(t::text, ',' ORDER BY t::text)), '') "
        f'FROM "{name}" t'
        for name in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())
