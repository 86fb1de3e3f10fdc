"""Pages: lists at any depth, the admin next to Django's own, search next to LIKE, and pages next to their SQL."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import admin
from django.db import connection
from django.test import Client, override_settings
from django.urls import path

from bench.clock import ROUNDS, Act, BenchLine, BenchResults, Timing
from bench.rollups import bench_query, bench_reader, measure_rollups, require_same
from projects.models import RenovationProject
from projects.reports import RenovationReport
from revival.reporting.sql import grouped_figures
from revival.urls import urlpatterns as product

LIKE = 1.2  # times a LIKE written by hand
LIST, ENTRY = "/reports/renovation/", "/admin/projects/renovationproject/"
STOCK = "/stock/projects/renovationproject/"
PICK = "/admin/autocomplete/?app_label=projects&model_name=renovationproject&field_name=enterprise&term="
# A word in the names of some projects, and one in no name, so that every name is read.
FOUND, ABSENT = "染整", "织造"
# The admin of someone who registers the model and names the columns of the list.
stock = admin.AdminSite(name="stock")
stock.register(RenovationProject, list_display=("code", "name", "state", "region", "action", "year"))
urlpatterns = [path("stock/", stock.urls), *product]
# The searches by hand, each of the same rows as ours: the totals of a report; the number of rows of a list, up to
# those that have pages, and its first page; the number of choices, up to the first after the page, and the page.
TOTAL = """
    SELECT count(*), sum(total_investment), sum(planned_investment), sum(completed_investment),
        sum(completed_investment - round(planned_investment * reported_month / 12, 2)),
        sum(planned_investment) FILTER (WHERE reported_month > 0)
    FROM projects_renovationproject WHERE state = 'verified' AND (
        code LIKE %s OR name LIKE %s OR enterprise_id IN (
            SELECT id FROM enterprises_enterprise WHERE name LIKE %s OR credit_code LIKE %s))
"""
PLACES = "JOIN accounts_region r ON r.code = p.region_id LEFT JOIN accounts_region c ON c.code = r.city_id"
LISTED = (
    "SELECT count(*) FROM (SELECT 1 FROM projects_renovationproject WHERE name LIKE %s LIMIT 10001) s",
    f"SELECT p.*, r.*, c.* FROM projects_renovationproject p {PLACES} WHERE name LIKE %s ORDER BY id DESC LIMIT 50",
)
CHOSEN = "p.city_id = '320300' AND (p.name LIKE %s OR p.credit_code LIKE %s) ORDER BY p.id DESC"
CHOICES = (
    f"SELECT count(*) FROM (SELECT 1 FROM enterprises_enterprise p WHERE {CHOSEN} LIMIT 21) s",
    f"SELECT p.*, r.*, c.* FROM enterprises_enterprise p {PLACES} WHERE {CHOSEN} LIMIT 20",
)


def browser(username: str) -> Client:
    client = Client(headers={"accept-language": "zh-hans"}, HTTP_HOST="localhost")
    client.force_login(bench_reader(username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, address: str) -> Act:
    def act() -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")

    return act


def measure(results: BenchResults) -> None:
    manager, clerk, superuser = browser("province"), browser("xuzhou"), browser("admin")
    lists(results, manager)
    officials(results, clerk, superuser)
    searches(results, manager, clerk, superuser)
    for address in ("/register/", "/evaluation/industries/", "/evaluation/cities/"):
        beside_its_sql(results, manager, address, 1.5)
    for address in ("/", "/policies/"):
        beside_its_sql(results, manager, address, None)


def lists(results: BenchResults, manager: Client) -> None:
    """Compare page 1 of a report's records with pages far behind it."""
    keys = RenovationProject.objects.order_by("pk").values_list("pk", flat=True)
    middle = keys[keys.count() // 2]
    first = page(manager, LIST)
    results.measure("list", f"{LIST} page 1", first, grows=3.0)
    for words in (f"after={middle}", f"before={middle}", "page=200"):
        what = words.replace(str(middle), " in the middle")
        results.compare("list", what, page(manager, f"{LIST}?{words}"), "page 1", first, 1.5)
    by_money = f"{LIST}?sort=-total_investment"
    deep = page(manager, f"{by_money}&after={middle}")
    results.compare("list", "by investment, after= in the middle", deep, "its page 1", page(manager, by_money), 1.5)
    chosen = f"{LIST}?year=2024&city=320300"
    results.measure("list", f"{chosen} page 1", page(manager, chosen), grows=3.0)


def officials(results: BenchResults, clerk: Client, superuser: Client) -> None:
    """Compare the officials' lists and forms with the admin as Django provides it."""
    row = RenovationProject.objects.filter(city="320300", state="draft").order_by("pk")[0]
    first, deep = page(superuser, ENTRY), page(superuser, f"{ENTRY}?p=200")
    form = page(superuser, f"{ENTRY}{row.pk}/change/")
    far = max(2, results.projects // 110)
    with override_settings(ROOT_URLCONF="bench.pages"):
        results.compare("admin", "list, page 1", first, "stock admin", page(superuser, STOCK), grows=3.0)
        behind = page(superuser, f"{STOCK}?p={far}")
        results.compare("admin", "list, last page offered", deep, "stock admin, 9/11 through", behind, rounds=2)
        if results.projects <= 100_000:  # half a minute there, and it grows with the enterprises
            stock_form = page(superuser, f"{STOCK}{row.pk}/change/")
            results.compare_slow("admin", "form of a project", form, "stock admin", stock_form)
    results.compare("admin", "list, last page offered", deep, "its page 1", first, 1.5)
    results.measure("admin", "form of a project", form, grows=1.5)
    results.measure("admin", "list of a city's official", page(clerk, ENTRY), grows=3.0)
    results.measure("admin", "choice of an enterprise, city's official", page(clerk, f"{PICK}织"), grows=1.5)


def searches(results: BenchResults, manager: Client, clerk: Client, superuser: Client) -> None:
    """Compare each search with LIKE by hand: a report's total, an official's list, and the choices of a form."""
    for words in (FOUND, ABSENT):
        pattern, query = f"%{words}%", bench_query(RenovationReport, f"q={words}")
        hand = measure_rollups(TOTAL, [pattern] * 4)
        require_same(query, grouped_figures(query, [()])[0].figures[:-1], hand()[0])
        ours = partial(grouped_figures, query, [()])
        results.compare("search", f"report ?q={words}, its total", ours, "LIKE by hand", hand, LIKE, rounds=3)
    for words in (FOUND, ABSENT):
        acts = [measure_rollups(text, [f"%{words}%"]) for text in LISTED]
        beside_like(results, f"official's list ?q={words}", superuser, f"{ENTRY}?q={words}", acts)
    acts = [measure_rollups(text, ["%织%", "织%"]) for text in CHOICES]
    beside_like(results, "choice of an enterprise, city's official", clerk, f"{PICK}织", acts)
    for client, address in ((superuser, f"{ENTRY}?q={ABSENT}"), (manager, f"/search/?q={ABSENT}")):
        results.measure("search", f"page {address}", page(client, address), rounds=3)


def beside_like(results: BenchResults, what: str, client: Client, address: str, hand: Sequence[Act]) -> None:
    """Compare the statements of a page that search with statements by hand for the same rows.

    Raises RuntimeError unless both find the same: equally many, and the same keys in the same order.
    """
    ran: list[tuple[str, Any]] = []
    spent(client, address, " LIKE ", ran)  # to warm up, as do the next
    found = [[[row[0] for row in act()] for act in acts] for acts in ([measure_rollups(*each) for each in ran], hand)]
    if found[0] != found[1]:
        raise RuntimeError(f"{address}: {found}")
    ours, theirs = [], []
    for _round in range(ROUNDS):
        ours.append(spent(client, address, " LIKE ")[1])
        begun = time.perf_counter()
        for act in hand:
            act()
        theirs.append(time.perf_counter() - begun)
    line = BenchLine("search", f"{what}, its SQL", Timing(tuple(ours)), "LIKE by hand", Timing(tuple(theirs)), LIKE)
    results.add(line)


def spent(client: Client, address: str, part: str = "", ran: Any = None) -> tuple[float, float]:
    """Seconds of a whole page, and those of its statements: all of them, or those that contain a text.

    ran: a list that collects these statements with their values.
    """
    seconds = 0.0

    def clock(execute: Any, text: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal seconds
        begun = time.perf_counter()
        try:
            return execute(text, params, many, context)
        finally:
            if part in text:
                seconds += time.perf_counter() - begun
                if ran is not None:
                    ran.append((text, params))

    with connection.execute_wrapper(clock):
        begun = time.perf_counter()
        page(client, address)()
        return time.perf_counter() - begun, seconds


def beside_its_sql(results: BenchResults, client: Client, address: str, reach: float | None) -> None:
    """Compare a whole page with the time of its own statements."""
    both = [spent(client, address) for _round in range(4)][1:]
    whole, statements = (Timing(tuple(each)) for each in zip(*both, strict=True))
    results.add(BenchLine("page", address, whole, "its SQL", statements, reach))
