"""The policies, cluster, cases, parks and activities that the article names. They are facts and not synthetic."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from enterprises.models import Designation, DesignationKind, Park, ParkExpansion
from projects.models import Activity, Policy
from revival.demo.activities import ActivityRow
from revival.demo.designations import DesignationRow, ExpansionRow, ParkRow
from revival.demo.ground import Ground
from revival.demo.policies import PolicyRow
from revival.demo.review import review
from revival.records.models import Record, State

FILE = "facts.json"
LATEST = date(2025, 5, 31)  # the day by which all are entered, whatever the end of their year


class Facts:
    """The rows of the named facts, entered and verified by the province, and their keys for other rows."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.rows: dict[Any, list[tuple[Any, ...]]] = {}
        text = Path(settings.FIXTURE_DIRS[0], FILE).read_text(encoding="utf-8")
        self.given: dict[str, list[dict[str, Any]]] = json.loads(text)
        self.policies = self.keys(Policy, "policies", "key")
        self.parks = self.keys(Park, "parks", "name")
        self.activities = self.keys(Activity, "activities", "kind")
        self.policy_rows()
        self.designation_rows()
        self.park_rows()
        self.activity_rows()

    def keys(self, model: Any, part: str, name: str) -> dict[str, int]:
        given = self.given[part]
        return {each[name]: key for each, key in zip(given, self.ground.keys(model, len(given)), strict=True)}

    def add(self, model: Any, row: tuple[Any, ...], day: date) -> None:
        made = review(self.ground.random, State.VERIFIED, self.ground.office, min(day, LATEST))
        self.rows.setdefault(model, []).append((*row, *made._replace(source=Record.Source.COMMAND.value)))

    def policy_rows(self) -> None:
        for each in self.given["policies"]:
            row = PolicyRow(
                id=self.policies[each["key"]],
                region_id=each["region"],
                name=each["name"],
                level=each["level"],
                issuer=each["issuer"],
                number="",
                year=each["year"],
                issued_on=None,
                actions=each.get("actions", []),
                industries=each.get("industries", []),
                answers_id=self.policies[each["answers"]] if "answers" in each else None,
            )
            self.add(Policy, row, date(each["year"], 12, 31))

    def designation_rows(self) -> None:
        for part, kind in (("clusters", DesignationKind.CLUSTER), ("cases", DesignationKind.DEMONSTRATION_CASE)):
            for each in self.given[part]:
                row = DesignationRow(
                    kind=kind.value,
                    tier=each["tier"],
                    enterprise_id=None,
                    park_id=None,
                    name=each["name"],
                    region_id=each["region"],
                    industry=each["industry"],
                    year=each["year"],
                    revoked_on=None,
                )
                self.add(Designation, row, date(each["year"], 12, 31))

    def park_rows(self) -> None:
        for each in self.given["parks"]:
            row = ParkRow(
                id=self.parks[each["name"]],
                name=each["name"],
                kinds=[each["kind"]],
                region_id=each["region"],
                industry=each["industry"],
                active_from=each["active_from"],
            )
            self.add(Park, row, date.fromisoformat(each["active_from"]))
        for each in self.given["expansions"]:
            expansion = ExpansionRow(self.parks[each["park"]], each["approved_on"], None)
            self.add(ParkExpansion, expansion, date.fromisoformat(each["approved_on"]))

    def activity_rows(self) -> None:
        for each in self.given["activities"]:
            row = ActivityRow(
                id=self.activities[each["kind"]],
                region_id=each["region"],
                name=each["name"],
                kind=each["kind"],
                held_on=each["held_on"],
            )
            self.add(Activity, row, date.fromisoformat(each["held_on"]))
