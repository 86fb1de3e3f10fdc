"""Rows for tests: plain functions. Codes are valid in form and check digit and belong to nobody."""

from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from enterprises.models import KINDS, Designation, Enterprise, Park, ParkExpansion
from enterprises.models.designation import OF_NAMES, OF_PARKS
from finance.models import Drawing, Loan
from projects.models import ProjectProgress, RenovationProject, RetiredEquipment
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
    row = ProjectProgress.objects.create(project=of or project(region_code, **of_state(values)), **given)
    row.refresh_from_db()
    return row


def park(region_code: str = GULOU, **values: Any) -> Park:
    given = {"name": f"Park {next(NUMBERS)}", "region": region(region_code), "industry": "chemical"}
    row = Park.objects.create(**given | {"active_from": "2015-01-01", "kinds": ["industrial"]} | stated(values))
    row.refresh_from_db()
    return row


def expansion(region_code: str = GULOU, **values: Any) -> ParkExpansion:
    """100 mu added to a park."""
    of = values.pop("park", None) or park(region_code, **of_state(values))
    row = ParkExpansion.objects.create(park=of, **{"approved_on": "2024-05-01", "area": 100} | stated(values))
    row.refresh_from_db()
    return row


def designation(region_code: str = GULOU, kind: str = "green-factory", **values: Any) -> Any:
    """A national designation of 2024, of an enterprise, a park or a name as the kind needs."""
    given: dict[str, Any] = {"region": region(region_code), "industry": "chemical", "tier": "national", "year": 2024}
    named = values.pop("name", "")
    if kind in OF_NAMES:
        given["name"] = named or f"Cluster {next(NUMBERS)}"
    elif kind in OF_PARKS:
        name = {"name": f"{named}, park {next(NUMBERS)}"} if named else {}
        given["park"] = values.get("park") or park(region_code, **name)
    else:
        given["enterprise"] = values.get("enterprise") or enterprise(
            region_code, **({"name": named} if named else {})
        )
    model: Any = next(each for each in KINDS if each.kind_of_all == kind)
    row = model.objects.create(**given | stated(values))
    row.refresh_from_db()
    return row


def retired(region_code: str = GULOU, **values: Any) -> RetiredEquipment:
    """Ten sets withdrawn voluntarily in 2024."""
    given: dict[str, Any] = {"name": f"Looms {next(NUMBERS)}", "region": region(region_code), "industry": "textile"}
    given |= {"category": "voluntary", "quantity": 10, "unit": "machine-or-set", "retired_on": "2024-06-30"}
    given |= stated(values)
    given["enterprise"] = values.get("enterprise") or enterprise(region_code)
    row = RetiredEquipment.objects.create(**given)
    row.refresh_from_db()
    return row


def loan(region_code: str = GULOU, **values: Any) -> Loan:
    """A credit of 1,000 万元 of the Green Factory Loan, granted in 2024."""
    given: dict[str, Any] = {"region": region(region_code), "industry": "textile", "product_id": "green-factory"}
    given |= {"credit": 10_000_000, "granted_on": "2024-03-01"} | stated(values)
    given["enterprise"] = values.get("enterprise") or enterprise(region_code)
    row = Loan.objects.create(**given)
    row.refresh_from_db()
    return row


def drawing(of: Loan | None = None, region_code: str = GULOU, **values: Any) -> Drawing:
    """100 万元 drawn on a loan."""
    row = Drawing.objects.create(
        loan=of or loan(region_code, **of_state(values)),
        **{"drawn_on": "2024-04-01", "amount": 1_000_000} | stated(values),
    )
    row.refresh_from_db()
    return row


def of_state(values: dict[str, Any]) -> dict[str, Any]:
    """The state of the record that a row belongs to: verified where the row is."""
    return {"state": State.VERIFIED} if values.get("state") == State.VERIFIED else {}


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
    if issubclass(model, Designation):
        kind = getattr(model, "kind_of_all", "green-park" if "park" in values else "green-factory")
        row = designation(region_code, kind, name=mark, **values)
        return row if model is not Designation else Designation.objects.get(pk=row.pk)
    if model is Park:
        return park(region_code, name=f"{mark}, park {next(NUMBERS)}", **values)
    if model is ParkExpansion:
        values.setdefault("park", marked(Park, region_code, mark, state=State.VERIFIED))
        return expansion(region_code, **values)
    if model is RetiredEquipment:
        return retired(region_code, name=mark, **values)
    if model is Loan:
        values.setdefault("enterprise", enterprise(region_code, name=mark))
        return loan(region_code, **values)
    if model is Drawing:
        of = loan(region_code, enterprise=enterprise(region_code, name=mark), state=State.VERIFIED)
        return drawing(values.pop("loan", of), **values)
    raise LookupError(f"tests/factories.py does not know how to make a {model._meta.label}")
