"""Pages: lists at any depth, the admin beside the stock admin, search beside LIKE, pages beside their SQL."""

import time
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import connection
from django.test import Client, override_settings
from django.urls import path

from bench.clock import Line, Results, Timing
from bench.rollups import question, reader, run
from projects.models import RenovationProject
from projects.reports import RenovationReport
from revival.urls import urlpatterns as product

LIST, ENTRY = "/reports/renovation/", "/admin/projects/renovationproject/"
ROUNDS = 5
# What an administrator gets who registers the model and names the columns of the list.
stock = admin.AdminSite(name="stock")
stock.register(RenovationProject, list_display=("code", "name", "state", "region", "action", "year"))
urlpatterns = [path("stock/", stock.urls), *product]
LIKE = """
    SELECT count(*) FROM projects_renovationproject WHERE state = 'verified' AND (
        code LIKE %s OR name LIKE %s OR enterprise_id IN (
            SELECT id FROM enterprises_enterprise WHERE name LIKE %s OR credit_code LIKE %s))
"""


def browser(username: str) -> Client:
    client = Client(headers={"accept-language": "zh-hans"}, HTTP_HOST="localhost")
    client.force_login(reader(username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, address: str) -> Callable[[], Any]:
    def act() -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")

    return act


def measure(results: Results) -> None:
    manager, clerk, superuser = browser("province"), browser("xuzhou"), browser("admin")
    lists(results, manager)
    beside_stock(results, clerk, superuser)
    words = "%织造%"
    find = run(LIKE, [words] * 4)
    results.compare("search", "report ?q=织造, its total", searching("织造"), "LIKE by hand", find, 1.2, rounds=3)
    results.measure("search", "page /search/?q=织造", page(manager, "/search/?q=织造"), rounds=3)
    for address in ("/register/", "/evaluation/industries/", "/evaluation/cities/"):
        beside_its_sql(results, manager, address, 1.5)
    for address in ("/", "/policies/"):
        beside_its_sql(results, manager, address, None)


def lists(results: Results, manager: Client) -> None:
    """Page 1 and pages far behind it, of the records of a report."""
    keys = RenovationProject.objects.order_by("pk").values_list("pk", flat=True)
    middle = keys[keys.count() // 2]
    first = page(manager, LIST)
    results.measure("list", f"{LIST} page 1", first)
    results.compare("list", "after= in the middle", page(manager, f"{LIST}?after={middle}"), "page 1", first, 1.5)
    results.compare("list", "page=200", page(manager, f"{LIST}?page=200"), "page 1", first, 1.5)
    by_money = f"{LIST}?sort=-total_investment"
    deep = page(manager, f"{by_money}&after={middle}")
    results.compare("list", "by investment, after= in the middle", deep, "its page 1", page(manager, by_money), 1.5)
    results.measure("list", f"{LIST}?year=2024&city=320300", page(manager, f"{LIST}?year=2024&city=320300"))


def beside_stock(results: Results, clerk: Client, superuser: Client) -> None:
    """The officials' lists and forms, beside the admin as it comes with Django."""
    row = RenovationProject.objects.filter(city="320300", state="draft").order_by("pk")[0]
    with override_settings(ROOT_URLCONF="bench.pages"):
        ours, theirs = page(superuser, ENTRY), page(superuser, ENTRY.replace("admin", "stock", 1))
        results.compare("admin", "list, page 1", ours, "stock admin", theirs)
        deep = page(superuser, f"{ENTRY}?p=200")
        far = page(superuser, f"{ENTRY.replace('admin', 'stock', 1)}?p={max(2, results.projects // 110)}")
        results.compare("admin", "list, last page offered", deep, "stock admin, 9/11 through", far, rounds=3)
        form = page(superuser, f"{ENTRY}{row.pk}/change/")
        if results.projects <= 100_000:
            stock_form = page(superuser, f"{ENTRY.replace('admin', 'stock', 1)}{row.pk}/change/")
            results.compare("admin", "form of a project", form, "stock admin", stock_form, rounds=1)
        else:
            results.measure("admin", "form of a project", form)
    results.measure("admin", "list of a city's official", page(clerk, ENTRY))
    pick = "/admin/autocomplete/?app_label=projects&model_name=renovationproject&field_name=enterprise&term=织"
    results.measure("admin", "choice of an enterprise, city's official", page(clerk, pick))


def searching(words: str) -> Callable[[], Any]:
    query = question(RenovationReport, f"q={words}")
    return lambda: query.rows().count()


def beside_its_sql(results: Results, client: Client, address: str, reach: float | None) -> None:
    """A whole page against the time that its own statements took."""
    spent: list[float] = []

    def clock(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent[-1] += time.perf_counter() - begun

    whole = []
    with connection.execute_wrapper(clock):
        for _round in range(4):
            spent.append(0.0)
            begun = time.perf_counter()
            page(client, address)()
            whole.append(time.perf_counter() - begun)
    results.add(Line("page", address, Timing(tuple(whole[1:])), "its SQL", Timing(tuple(spent[1:])), reach))
