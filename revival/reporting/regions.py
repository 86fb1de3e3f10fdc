"""The regions of the province as a reader may ask for them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from revival.accounts.models import Region
from revival.reporting.dimensions import (
    Dimension,
    Value,
)


class Regions:
    """What a request reads of reference tables: all regions by code, which of them a reader may ask for, labels."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader
        self.by_code = {region.code: region for region in Region.objects.all()}
        # By a join each region would have its city built anew, which is a tenth of a page's time.
        for region in self.by_code.values():
            if region.city_id:
                Region.city.field.set_cached_value(region, self.by_code[region.city_id])
        self.read: dict[Dimension, dict[Value, str]] = {}
        self.own = self.by_code[reader.region_id]
        # From a region to everything that it lies in, itself and its part of the province included.
        top = {code for code, region in self.by_code.items() if region.level == Region.Level.PROVINCE}
        self.path: dict[str, set[str]] = {part: {part} | top for part in Region.Part.values}
        for code, region in self.by_code.items():
            above = (code, region.county_id, region.city_id, region.parent_id, self.part_of(region))
            self.path[code] = top.union(each for each in above if each)

    def labels_of(self, dimension: Dimension, model: type[Model]) -> dict[Value, str]:
        """The labels of a dimension, read once per request."""
        if dimension not in self.read:
            self.read[dimension] = dimension.labels(model, self.reader)
        return self.read[dimension]

    @staticmethod
    def part_of(region: Region) -> str:
        return region.city.part if region.city else ""

    def label(self, code: str) -> str:
        """The name of a region; its code where it is not in the table."""
        return str(self.by_code.get(code, code))

    def name(self, code: str) -> str:
        """The bare name, for where the city stands beside it."""
        return self.by_code[code].name if code in self.by_code else code

    def resolve(self, code: str) -> str | None:
        """The code in force for a code given, former ones included; None where there is none."""
        if code in self.by_code or not code.isalnum():  # a NUL, say, the database would not take
            return code if code in self.by_code else None
        former = Region.objects.filter(former_codes__code=code)
        return former.values_list("code", flat=True).first()

    def may_ask(self, code: str) -> bool:
        """Whether the region, or part of the province, lies in the reader's own region."""
        if code in Region.Part.values:
            return self.own.level == Region.Level.PROVINCE
        return self.own.code in self.path.get(code, ())

    def above_own(self, code: str) -> bool:
        """Whether the reader's own region lies in it, so that they see only their own part of it."""
        return code in self.path.get(self.own.code, ()) and code != self.own.code

    def touches(self, code: str, chosen: Iterable[str]) -> bool:
        """Whether a region and one of the chosen lie one in the other."""
        return any(
            code == other or other in self.path.get(code, ()) or code in self.path.get(other, ()) for other in chosen
        )

    def labels(self, level: str, chosen: Iterable[Iterable[str]]) -> dict[Value, str]:
        """Codes of a level (or "part") with labels: those of the reader, within every set of chosen regions."""
        if level == "part":
            candidates = {str(value): str(label) for value, label in Region.Part.choices}
        else:
            candidates = {code: str(r) for code, r in self.by_code.items() if r.level == level}
        sets = [[self.own.code], *chosen]
        return {
            code: label
            for code, label in candidates.items()
            if all(self.touches(code, chosen_set) for chosen_set in sets)
        }
