"""Forged posts: of foreign rows, in batches, over other versions, with foreign values."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.test import Client

from enterprises.models.kinds import GreenFactory
from revival.accounts.models import Region
from revival.records.admin.bulk import STEP_ACTIONS
from revival.records.models import Reviewed, State
from tests.extent import times
from tests.factories import KUNSHAN, SUZHOU
from tests.forms import fields, url
from tests.world import World

PUBLISHER = "publisher of the province"
# One of the proxies, whose pages are built alike.
RECORDS = [m for m in admin.site._registry if issubclass(m, Reviewed) and (not m._meta.proxy or m is GreenFactory)]
NEXT = {State.DRAFT: "submitted", State.SUBMITTED: "verified", State.VERIFIED: "", State.RETURNED: "submitted"}


class Post(NamedTuple):
    """An address and what is posted to it."""

    url: str
    data: dict[str, Any]


def base(model: Any) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def forged(model: Any, world: World, client: Client) -> Iterator[Post]:
    """Every forged post that concerns the model."""
    own, foreign = world.own[model], world.foreign[model]
    draft = own[0]
    typed = fields(client.get(url(draft)))
    yield from of_foreign_rows(model, foreign, typed)
    yield from batches(model, [row.pk for row in own], [row.pk for row in foreign])
    yield from steps(model, own, foreign)
    yield from versions(draft, typed)
    yield from foreign_values(draft, typed, world)
    for inline in admin.site._registry[model].inlines:
        yield from inlines(model, inline.model, typed, world)


def of_foreign_rows(model: Any, foreign: list[Any], typed: dict[str, Any]) -> Iterator[Post]:
    """The form of an own row posted to a foreign one, and its deletion and history."""
    for row in foreign:
        good = typed | {"version": row.version, "review_comment": "forged"}
        for step in times([NEXT[row.state]], ["", *State.values]):
            yield Post(url(row), good | {"review": step})
        yield Post(url(row, "delete"), {"post": "yes", "version": row.version})
    yield Post(url(foreign[0], "history"), {"post": "yes"})
    yield Post(f"{base(model)}{foreign[0].pk}/", typed)


def batches(model: Any, own: list[int], foreign: list[int]) -> Iterator[Post]:
    """Actions on foreign rows, alone, among own ones and on the whole list, and rows as an edited list posts them."""
    delete = {"action": "delete_selected", "post": "yes"}
    for chosen in ([foreign[0]], [own[0], foreign[0]], [own[0], *foreign]):
        yield Post(base(model), delete | {"_selected_action": chosen})
        yield Post(base(model), delete | {"seen": " ".join(f"{key}:1" for key in chosen)})
        yield Post(base(model), delete | {"_selected_action": chosen, "select_across": "1"})
    yield Post(f"{base(model)}?all=", delete | {"_selected_action": [own[0], foreign[0]]})
    # All listed rows, with verified ones, which nobody deletes.
    yield Post(base(model), delete | {"_selected_action": [own[0], own[1]], "select_across": "1"})
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": foreign[0], "_save": "Save"}
    yield Post(base(model), rows | {"form-0-name": "taken", "form-0-state": State.VERIFIED, "form-0-comment": "x"})


def steps(model: Any, own: list[Any], foreign: list[Any]) -> Iterator[Post]:
    """Every step of review on foreign rows, alone, among own ones and on all of the list, previewed and confirmed."""
    for name, _state, _verb in STEP_ACTIONS:
        for chosen in (foreign, [own[0], *foreign]):
            data = {"action": name, "select_across": "1", "_selected_action": [row.pk for row in chosen]}
            yield Post(base(model), data)
            seen = " ".join(f"{row.pk}:{row.version}" for row in chosen)
            yield Post(base(model), data | {"seen": seen, "comment": "forged"})


def versions(draft: Any, typed: dict[str, Any]) -> Iterator[Post]:
    """A change of an own row with a version that it does not have."""
    for version in ("", "0", "-1", str(2**31 - 1), str(10**30), "x"):
        yield Post(url(draft), typed | {"version": version, "review": State.SUBMITTED})
    yield Post(url(draft), {n: v for n, v in typed.items() if n != "version"} | {"review": State.SUBMITTED})


def foreign_values(draft: Any, typed: dict[str, Any], world: World) -> Iterator[Post]:
    """Regions and records of B in the form of an own row, changed or new."""
    model = type(draft)
    for field in model._meta.concrete_fields:
        if not (field.many_to_one and field.name in typed):
            continue
        others = [SUZHOU, KUNSHAN] if field.related_model is Region else []
        others += [row.pk for row in world.foreign.get(field.related_model, ())][: times(2, 9)]
        for key in others:
            yield Post(url(draft), typed | {field.name: key})
            yield Post(f"{base(model)}add/", typed | {field.name: key})


def inlines(model: Any, below: Any, typed: dict[str, Any], world: World) -> Iterator[Post]:
    """Rows of B, and rows of another record of A, on the page of a record of A."""
    key = next(f for f in below._meta.concrete_fields if f.related_model is model)
    prefix = below._meta.get_field(key.name).remote_field.get_accessor_name()
    draft = world.own[model][0]
    for row in (*world.foreign[below][: times(2, 9)], world.own[below][1]):
        counts = {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "1"}
        values = {f"{prefix}-0-{n}": v for n, v in plain(row).items()}
        values |= {f"{prefix}-0-id": row.pk, f"{prefix}-0-version": row.version, f"{prefix}-0-{key.name}": draft.pk}
        yield Post(url(draft), typed | counts | values)
        yield Post(url(draft), typed | counts | values | {f"{prefix}-0-DELETE": "on"})
        for step in (State.SUBMITTED, State.VERIFIED):
            yield Post(url(draft), typed | counts | values | {f"{prefix}-0-review": step})
    for other in world.foreign[model]:  # a new row for a record of B
        yield Post(url(other), typed | {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-0-{key.name}": other.pk})


def plain(row: Any) -> dict[str, str]:
    """The row's own values as they could be typed."""
    fields = [f for f in row._meta.concrete_fields if f.editable and not f.primary_key]
    return {f.name: str(getattr(row, f.attname) or "") for f in fields}
