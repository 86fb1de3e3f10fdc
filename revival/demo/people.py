"""Demonstration users: one for each role, of the province and of some cities and counties."""

import os
import secrets
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from revival.accounts.models import Official, Region

# The roles that work in the admin. The others read reports.
STAFF = ("clerk", "verifier", "auditor", "publisher", "administrator")
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without characters that look alike
LENGTH = 14


class Person(NamedTuple):
    username: str
    role: str
    region: str
    name: str


PEOPLE = (
    Person("province", "manager", "320000", "江苏省负责人（演示）"),
    Person("province-clerk", "clerk", "320000", "江苏省填报员（演示）"),
    Person("province-verifier", "verifier", "320000", "江苏省审核员（演示）"),
    Person("publisher", "publisher", "320000", "江苏省发布员（演示）"),
    Person("auditor", "auditor", "320000", "江苏省审计员（演示）"),
    Person("xuzhou", "verifier", "320300", "徐州市审核员（演示）"),
    Person("xuzhou-clerk", "clerk", "320300", "徐州市填报员（演示）"),
    Person("nanjing", "verifier", "320100", "南京市审核员（演示）"),
    Person("kunshan-clerk", "clerk", "320583", "昆山市填报员（演示）"),
    Person("admin", "administrator", "320000", "系统管理员（演示）"),
)
NAMES = tuple(person.username for person in PEOPLE)


class NotReadyError(Exception):
    """Regions or roles are missing."""


def chosen_password() -> tuple[str, bool]:
    """The password, and whether it is new. DEMO_PASSWORD comes first."""
    given = os.environ.get("DEMO_PASSWORD", "")
    return (given, False) if given else ("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)), True)


def present() -> dict[str, int]:
    """The keys of the existing demonstration users, by name."""
    return dict(Official.objects.filter(username__in=NAMES).values_list("username", "pk"))


def create_missing(password: str) -> list[str]:
    """Create the users that do not exist, and return their names. Existing users stay unchanged.

    Raises NotReadyError before `manage.py reference` and `manage.py roles` were run.
    """
    groups = {group.name: group for group in Group.objects.all()}
    regions = set(Region.objects.values_list("pk", flat=True))
    if any(p.role not in groups or p.region not in regions for p in PEOPLE):
        raise NotReadyError
    known = present()
    missing = [person for person in PEOPLE if person.username not in known]
    # One password has one hash: ten hashes would take as long as all the data.
    hashed = make_password(password) if missing else ""
    for person in missing:
        official = Official.objects.create(
            username=person.username,
            name=person.name,
            region_id=person.region,
            password=hashed,
            is_staff=person.role in STAFF,
            is_superuser=person.role == "administrator",
        )
        official.groups.add(groups[person.role])
    return [person.username for person in missing]


def set_password(password: str) -> int:
    """Give all demonstration users a new password, which ends their sessions. Return the number of users."""
    return Official.objects.filter(username__in=NAMES).update(password=make_password(password))


def table() -> str:
    """Names, roles and regions of the existing demonstration users, in columns."""
    officials = Official.objects.filter(username__in=NAMES).select_related("region").prefetch_related("groups")
    rows = [
        (each.username, ", ".join(group.name for group in each.groups.all()), each.region.name_en)
        for each in sorted(officials, key=lambda each: NAMES.index(each.username))
    ]
    return "\n".join(f"{name:<19}{role:<15}{region}" for name, role, region in [("USER", "ROLE", "REGION"), *rows])
