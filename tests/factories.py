"""Rows for tests: plain functions. Codes are valid in form and check digit and belong to nobody."""

from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from enterprises.models import Enterprise
from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Official, Region
from revival.records.models import Reviewed, Revision, State

NUMBERS = count(1)
XUZHOU, GULOU, PEI, SUZHOU, KUNSHAN, PROVINCE = "320300", "320302", "320322", "320500", "320583", "320000"


def outside_requests() -> None:
    """Forget the official of the last request: in a test's one transaction the database still takes him to act."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', '', TRUE)")


def region(code: str) -> Region:
    return Region.objects.get(pk=code)


def credit_code(number: int, front: str = "91320300") -> str:
    digits = f"{front}MA0{number:06}"
    return digits + str(uscc.calc_check_digit(digits))


def project_code(number: int, front: str = "2401-320300-89-02") -> str:
    digits = f"{front.replace('-', '')}{number:05}"
    return f"{front}-{number:05}{mod_11_10.calc_check_digit(digits)}"


def official(role: str, region_code: str, username: str = "", **values: Any) -> Official:
    """An official who may enter the admin, with one role; a superuser for no role."""
    outside_requests()
    name = username or f"{role or 'root'}-{region_code}-{next(NUMBERS)}"
    user = Official.objects.create(
        username=name,
        name=values.pop("name", f"Official {name}"),
        region=region(region_code),
        is_staff=True,
        is_superuser=not role,
        **values,
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def browser(user: Official, language: str = "en") -> Client:
    """A signed-in client."""
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def stated(values: dict[str, Any]) -> dict[str, Any]:
    """The values with the names and times that their state needs."""
    outside_requests()
    state = values.get("state", State.DRAFT)
    if state != State.DRAFT and "submitted_by" not in values:
        values["submitted_by"] = official("clerk", PROVINCE)
    if state != State.DRAFT:
        values.setdefault("submitted_at", timezone.now())
    if state == State.VERIFIED:
        values.setdefault("verified_by", official("verifier", PROVINCE))
        values.setdefault("verified_at", timezone.now())
    return values


def enterprise(region_code: str = GULOU, **values: Any) -> Enterprise:
    number = next(NUMBERS)
    given = {
        "credit_code": credit_code(number),
        "name": f"Enterprise {number}",
        "region": region(region_code),
        "industry": "textile",
        "active_from": "2010-01-01",
    }
    row = Enterprise.objects.create(**given | stated(values))
    row.refresh_from_db()
    return row


def project(region_code: str = GULOU, **values: Any) -> RenovationProject:
    """A project of 5,000 万元, 1,000 of them planned for the year 2024."""
    number = next(NUMBERS)
    given = {
        "code": project_code(number),
        "name": f"Project {number}",
        "region": region(region_code),
        "industry": "textile",
        "action": "equipment-renewal",
        "year": 2024,
        "total_investment": 50_000_000,
        "planned_investment": 10_000_000,
    }
    given |= stated(values)
    given["enterprise"] = values.get("enterprise") or enterprise(region_code)
    row = RenovationProject.objects.create(**given)
    row.refresh_from_db()
    return row


def progress(of: RenovationProject | None = None, region_code: str = GULOU, **values: Any) -> ProjectProgress:
    """A month of a project: 100 万元 completed."""
    given = {"month": 1, "planned": 1_000_000, "completed": 1_000_000} | stated(values)
    counted = {"state": State.VERIFIED} if given.get("state") == State.VERIFIED else {}
    row = ProjectProgress.objects.create(project=of or project(region_code, **counted), **given)
    row.refresh_from_db()
    return row


def revision(region_code: str = GULOU, **values: Any) -> Revision:
    """A submitted change of the name of a verified enterprise."""
    name = values.pop("name", "New name")
    record = values.pop("record", None) or enterprise(region_code, state=State.VERIFIED, name=f"Was {name}")
    given = {"changes": {"name": name}, "base_version": record.version}
    given |= stated({"state": State.SUBMITTED, **values})
    row = Revision.objects.create(record=record, region=record.region, **given)
    row.refresh_from_db()
    return row


def marked(model: type[Reviewed], region_code: str, mark: str, **values: Any) -> Any:
    """A row of any record model with the mark in its text. A new model is given its line here."""
    if model is Enterprise:
        return enterprise(region_code, name=mark, **values)
    if model is RenovationProject:
        return project(region_code, name=mark, **values)
    if model is ProjectProgress:
        return progress(project(region_code, name=mark, state=State.VERIFIED), **values)
    if model is Revision:
        return revision(region_code, name=mark, **values)
    raise LookupError(f"tests/factories.py does not know how to make a {model._meta.label}")
