"""The regions of the province, and which of them a reader may ask for."""

from collections.abc import Iterable

from django.db.models import Model

from revival.accounts.models import Official, Region
from revival.reporting.dimensions import Dimension, Value


class Regions:
    """The reference tables of one request: all regions by code, those that the reader may ask for, and labels."""

    def __init__(self, reader: Official) -> None:
        self.reader = reader
        self.by_code = {region.code: region for region in Region.objects.all()}
        # A join would build the city of each region again, which takes a tenth of a page's time.
        for region in self.by_code.values():
            if region.city_id:
                Region.city.field.set_cached_value(region, self.by_code[region.city_id])
        self.read: dict[Dimension, dict[Value, str]] = {}
        self.own = self.by_code[reader.region_id]
        # By region, all places that contain it, including itself and its part of the province.
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
        """The name of a region; its code if it is not in the table."""
        return str(self.by_code.get(code, code))

    def name(self, code: str) -> str:
        """The bare name of a region, for places where the city is shown as well."""
        return self.by_code[code].name if code in self.by_code else code

    def resolve(self, code: str) -> str | None:
        """The code in force for a given code, which may be a former one; None if there is none."""
        if code in self.by_code or not code.isalnum():  # the database refuses a NUL
            return code if code in self.by_code else None
        former = Region.objects.filter(former_codes__code=code)
        return former.values_list("code", flat=True).first()

    def may_ask(self, code: str) -> bool:
        """Whether the region, or part of the province, lies in the reader's own region."""
        if code in Region.Part.values:
            return self.own.level == Region.Level.PROVINCE
        return self.own.code in self.path.get(code, ())

    def above_own(self, code: str) -> bool:
        """Whether the reader's own region lies in it, so that they see only their part of it."""
        return code in self.path.get(self.own.code, ()) and code != self.own.code

    def touches(self, code: str, chosen: Iterable[str]) -> bool:
        """Whether a region lies in one of the chosen ones, or one of them in it."""
        return any(
            code == other or other in self.path.get(code, ()) or code in self.path.get(other, ()) for other in chosen
        )

    def labels(self, level: str, chosen: Iterable[Iterable[str]]) -> dict[Value, str]:
        """The reader's codes of a level (or "part") with labels, within every set of chosen regions."""
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
