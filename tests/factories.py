"""Rows for tests: plain functions. Codes are valid in form and check digit and belong to nobody."""

from itertools import count
from typing import Any, TypeVar

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from enterprises.models import (
    KINDS,
    Designation,
    Enterprise,
    EnterpriseExit,
    Listing,
    Park,
    ParkExpansion,
    Product,
)
from enterprises.models.designation import OF_NAMES, OF_PARKS
from finance.models import Allocation, Drawing, Loan
from projects.models import (
    Activity,
    ChemicalUnit,
    EquipmentListing,
    LandRenewal,
    Participation,
    Policy,
    ProjectProgress,
    RenovationProject,
    RetiredEquipment,
)
from revival.accounts.models import Official, Region
from revival.records.models import Reviewed, Revision, State

NUMBERS = count(1)
XUZHOU, GULOU, PEI, SUZHOU, KUNSHAN, PROVINCE = "320300", "320302", "320322", "320500", "320583", "320000"


def outside_requests() -> None:
    """Forget the official of the last request, who in a test's one transaction would still count as acting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', '', TRUE)")


def region(code: str) -> Region:
    return Region.objects.get(pk=code)


def credit_code(number: int, front: str = "91320300") -> str:
    digits = f"{front}MA0{number:06}"
    return digits + str(uscc.calc_check_digit(digits))


def project_code(number: int, front: str = "") -> str:
    """A project code. A front has 100,000 numbers. Without a front, greater numbers go to later months."""
    months, number = (0, number) if front else divmod(number, 100_000)
    front = front or f"24{months + 1:02}-320300-89-02"
    assert number < 100_000
    assert months < 12
    digits = f"{front.replace('-', '')}{number:05}"
    return f"{front}-{number:05}{mod_11_10.calc_check_digit(digits)}"


def official(role: str, region_code: str, username: str = "", **values: Any) -> Official:
    """An official who may enter the admin, with one role, or a superuser for no role."""
    outside_requests()
    name = username or f"{role or 'root'}-{region_code}-{next(NUMBERS)}"
    user = Official.objects.create(
        username=name,
        name=values.pop("name", f"Official {name}"),
        region_id=region_code,
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


def hand(role: str) -> Official:
    """The official of the province who submits or verifies every row of which a test does not say who did."""
    name = f"hand-{role}"
    return Official.objects.filter(username=name).first() or official(role, PROVINCE, name)


def stated(values: dict[str, Any]) -> dict[str, Any]:
    """The values with the names and times that their state needs."""
    outside_requests()
    state = values.get("state", State.DRAFT)
    if state != State.DRAFT and "submitted_by" not in values:
        values["submitted_by"] = hand("clerk")
    if state != State.DRAFT:
        values.setdefault("submitted_at", timezone.now())
    if state == State.VERIFIED and "verified_by" not in values:
        values["verified_by"] = hand("verifier")
    if state == State.VERIFIED:
        values.setdefault("verified_at", timezone.now())
    return values


Row = TypeVar("Row", bound=Reviewed)


def fresh(row: Row) -> Row:
    """The row as the database has it, which sets columns of its own."""
    row.refresh_from_db()
    return row


def enterprise(region_code: str = GULOU, **values: Any) -> Enterprise:
    number = next(NUMBERS)
    given = {
        "credit_code": credit_code(number),
        "name": f"Enterprise {number}",
        "region": region(region_code),
        "industry": "textile",
        "active_from": "2010-01-01",
    }
    return fresh(Enterprise.objects.create(**given | stated(values)))


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
    return fresh(RenovationProject.objects.create(**given))


def progress(of: RenovationProject | None = None, region_code: str = GULOU, **values: Any) -> ProjectProgress:
    """A month of a project: 100 万元 completed."""
    given = {"month": 1, "planned": 1_000_000, "completed": 1_000_000} | stated(values)
    return fresh(ProjectProgress.objects.create(project=of or project(region_code, **of_state(values)), **given))


def park(region_code: str = GULOU, **values: Any) -> Park:
    given = {"name": f"Park {next(NUMBERS)}", "region": region(region_code), "industry": "chemical"}
    return fresh(
        Park.objects.create(**given | {"active_from": "2015-01-01", "kinds": ["industrial"]} | stated(values))
    )


def expansion(region_code: str = GULOU, **values: Any) -> ParkExpansion:
    """An expansion of a park by 100 mu."""
    of = values.pop("park", None) or park(region_code, **of_state(values))
    return fresh(ParkExpansion.objects.create(park=of, **{"approved_on": "2024-05-01", "area": 100} | stated(values)))


def designation(region_code: str = GULOU, kind: str = "green-factory", **values: Any) -> Any:
    """A national designation of 2024, for an enterprise, a park or a name as the kind requires."""
    given: dict[str, Any] = {"region": region(region_code), "industry": "chemical", "tier": "national", "year": 2024}
    named = values.pop("name", "")
    if kind in OF_NAMES:
        given["name"] = named or f"Cluster {next(NUMBERS)}"
    elif kind in OF_PARKS:
        name = {"name": f"{named}, park {next(NUMBERS)}"} if named else {}
        given["park"] = values.get("park") or park(region_code, **name)
    else:
        given["enterprise"] = values.get("enterprise") or enterprise(
            region_code, industry="chemical", **({"name": named} if named else {})
        )
    model: Any = next(each for each in KINDS if each.kind_of_all == kind)
    return fresh(model.objects.create(**given | stated(values)))


def retired(region_code: str = GULOU, **values: Any) -> RetiredEquipment:
    """Ten sets withdrawn voluntarily in 2024."""
    given: dict[str, Any] = {"name": f"Looms {next(NUMBERS)}", "region": region(region_code), "industry": "textile"}
    given |= {"category": "voluntary", "quantity": 10, "unit": "machine-or-set", "retired_on": "2024-06-30"}
    given |= stated(values)
    given["enterprise"] = values.get("enterprise") or enterprise(region_code)
    return fresh(RetiredEquipment.objects.create(**given))


def loan(region_code: str = GULOU, **values: Any) -> Loan:
    """A credit of 1,000 万元 of the Green Factory Loan, granted in 2024."""
    given: dict[str, Any] = {"region": region(region_code), "industry": "textile", "product_id": "green-factory"}
    given |= {"credit": 10_000_000, "granted_on": "2024-03-01"} | stated(values)
    given["enterprise"] = values.get("enterprise") or enterprise(region_code)
    return fresh(Loan.objects.create(**given))


def drawing(of: Loan | None = None, region_code: str = GULOU, **values: Any) -> Drawing:
    """100 万元 drawn on a loan."""
    return fresh(
        Drawing.objects.create(
            loan=of or loan(region_code, **of_state(values)),
            **{"drawn_on": "2024-04-01", "amount": 1_000_000} | stated(values),
        )
    )


def exit_of(of: Enterprise | None = None, region_code: str = GULOU, **values: Any) -> EnterpriseExit:
    """An enterprise closed in the middle of 2024, or merged into another."""
    owner = of or enterprise(region_code, **of_state(values))
    kind = "merged" if values.get("merged_into") else "closed"
    given = {"kind": kind, "exited_on": "2024-06-30"} | stated(values)
    return fresh(EnterpriseExit.objects.create(**{"enterprise": owner} | given))


def product(region_code: str = GULOU, **values: Any) -> Product:
    number = next(NUMBERS)
    given: dict[str, Any] = {"name": f"Product {number}", "region": region(region_code), "industry": "textile"}
    given |= stated(values)
    given["enterprise"] = values.get("enterprise") or enterprise(region_code)
    return fresh(Product.objects.create(**given))


def listing(of: Product | None = None, region_code: str = GULOU, **values: Any) -> Listing:
    """A product on the list of key innovative products of 2024."""
    owner = of or product(region_code, **of_state(values))
    return fresh(
        Listing.objects.create(**{"product": owner, "kind": "key-innovative", "year": 2024} | stated(values))
    )


def chemical_unit(region_code: str = GULOU, **values: Any) -> ChemicalUnit:
    """An old unit on the renovation plan of 2024, not completed."""
    given: dict[str, Any] = {"name": f"Unit {next(NUMBERS)}", "region": region(region_code), "planned_year": 2024}
    given |= stated(values)
    given["enterprise"] = values.get("enterprise") or enterprise(region_code, industry="chemical")
    return fresh(ChemicalUnit.objects.create(**given))


def land(region_code: str = GULOU, **values: Any) -> LandRenewal:
    """120.50 mu of inefficient land upgraded in 2024, without taxes."""
    given: dict[str, Any] = {"name": f"Site {next(NUMBERS)}", "region": region(region_code), "industry": "textile"}
    given |= {"method": "inefficient-land", "area": "120.50", "renewed_on": "2024-06-30"}
    return fresh(LandRenewal.objects.create(**given | stated(values)))


def activity(region_code: str = GULOU, **values: Any) -> Activity:
    """A docking of supply and demand in 2024."""
    given: dict[str, Any] = {"name": f"Docking {next(NUMBERS)}", "region": region(region_code)}
    given |= {"kind": "supply-demand", "held_on": "2024-05-01"}
    return fresh(Activity.objects.create(**given | stated(values)))


def participation(of: Activity | None = None, region_code: str = GULOU, **values: Any) -> Participation:
    """An enterprise of the region at an activity of the province."""
    held = of or values.pop("activity", None) or activity(PROVINCE, **of_state(values))
    owner = values.pop("enterprise", None) or enterprise(region_code, **of_state(values))
    return fresh(Participation.objects.create(activity=held, enterprise=owner, **stated(values)))


def equipment_listing(region_code: str = GULOU, **values: Any) -> EquipmentListing:
    """A demand of 100 万元 on the list of 2024, or with a project its need of financing."""
    of = values.get("project")
    given: dict[str, Any] = {"name": f"Lathes {next(NUMBERS)}", "region": region(region_code), "industry": "textile"}
    given |= {"kind": "financing" if of else "demand", "year": 2024, "amount": 1_000_000} | stated(values)
    given["enterprise"] = values.get("enterprise") or (of.enterprise if of else enterprise(region_code))
    return fresh(EquipmentListing.objects.create(**given))


def policy(region_code: str = GULOU, **values: Any) -> Policy:
    """A policy of 2024 of the region's level, for the province its own."""
    place = region(region_code)
    level = place.level if place.level in ("province", "city") else "county"
    given: dict[str, Any] = {"name": f"Policy {next(NUMBERS)}", "region": place, "level": level}
    given |= {"issuer": "Department of Industry", "year": 2024}
    return fresh(Policy.objects.create(**given | stated(values)))


def allocation(region_code: str = GULOU, **values: Any) -> Allocation:
    """An interest discount of 100 万元 in 2024."""
    of = values.get("project")
    given: dict[str, Any] = {"region": region(region_code), "industry": "textile", "fund": "interest-discount"}
    given |= {"amount": 1_000_000, "allocated_on": "2024-03-01"} | stated(values)
    given["enterprise"] = values.get("enterprise") or (of.enterprise if of else enterprise(region_code))
    return fresh(Allocation.objects.create(**given))


def of_state(values: dict[str, Any]) -> dict[str, Any]:
    """The state of the record that a row belongs to: verified where the row is."""
    return {"state": State.VERIFIED} if values.get("state") == State.VERIFIED else {}


def revision(region_code: str = GULOU, **values: Any) -> Revision:
    """A submitted change of the name of a verified enterprise."""
    name = values.pop("name", "New name")
    record = values.pop("record", None) or enterprise(region_code, state=State.VERIFIED, name=f"Was {name}")
    given = {"changes": {"name": name}, "base_version": record.version}
    given |= stated({"state": State.SUBMITTED, **values})
    return fresh(Revision.objects.create(record=record, region=record.region, **given))


# Factories of the other models with a name.
NAMED: dict[Any, Any] = {
    Product: product,
    ChemicalUnit: chemical_unit,
    LandRenewal: land,
    Activity: activity,
    EquipmentListing: equipment_listing,
    Policy: policy,
}


def marked(model: type[Reviewed], region_code: str, mark: str, **values: Any) -> Any:
    """A row of any record model with the mark in its text. A new model needs a line here."""
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
    if model is EnterpriseExit:
        owner = values.pop("enterprise", None) or enterprise(region_code, name=mark, state=State.VERIFIED)
        return exit_of(owner, **values)
    if model is Listing:
        return listing(values.pop("product", None) or product(region_code, name=mark, state=State.VERIFIED), **values)
    if model is Participation:
        values.setdefault("enterprise", enterprise(region_code, name=mark, state=State.VERIFIED))
        values.setdefault("activity", activity(PROVINCE, state=State.VERIFIED))
        return participation(**values)
    if model is Allocation:
        if "project" not in values:
            values.setdefault("enterprise", enterprise(region_code, name=mark))
        return allocation(region_code, **values)
    if model in NAMED:
        return NAMED[model](region_code, name=mark, **values)
    raise LookupError(f"tests/factories.py does not know how to make a {model._meta.label}")
