"""Regions in files: by code or name in either language, former codes included."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext as _

from revival.accounts.models import FormerCode, Region
from revival.accounts.signs import bare_code
from revival.importing.words import CellError
from revival.punctuation import listed
from revival.records.likeness import folded


class Places:
    """All regions by what files call them; three queries, whenever it is first asked.

    led: the former codes that were met, each with the region of today that it leads to.
    """

    def __init__(self) -> None:
        self.led: dict[str, Region] = {}
        self.met: dict[tuple[str, str, str], Region] = {}

    @cached_property
    def regions(self) -> dict[str, Region]:
        """The regions by their codes."""
        return {each.pk: each for each in Region.objects.select_related("city", "county")}

    @cached_property
    def province(self) -> Region:
        return next(each for each in self.regions.values() if each.level == Region.Level.PROVINCE)

    @cached_property
    def former(self) -> dict[str, str]:
        """The code of today by each former code."""
        return dict(FormerCode.objects.values_list("code", "region"))

    @cached_property
    def named(self) -> dict[str, list[Region]]:
        """The regions by each of their names, with and without the name of their city."""
        found: defaultdict[str, list[Region]] = defaultdict(list)
        for each in self.regions.values():
            names = {each.name_zh, each.name_en}
            if each.city is not None and each.city != each:
                names |= {f"{each.city.name_zh}{each.name_zh}", f"{each.name_en}, {each.city.name_en}"}
            for name in {folded(name) for name in names}:
                found[name].append(each)
        return found

    def find(self, text: str, city: str = "", county: str = "") -> Region:
        """The region that a file names. city and county: what its columns of these say, which tell equal names apart.

        Raises CellError.
        """
        asked = (text, city, county)
        if asked not in self.met:
            self.met[asked] = self.sought(*asked)
        return self.met[asked]

    def sought(self, text: str, city: str, county: str) -> Region:
        """The region that was not asked for before. Raises CellError."""
        named = [part for part in (text, county, city) if part.strip()]
        if not named:
            raise CellError(_("A region is needed: its code or its name."))
        cities = {each.pk for each in self.called(city)} if city.strip() else set()
        found = [each for each in self.called(named[0]) if not cities or each.city_id in cities]
        if text.strip() and county.strip():
            counties = {each.pk for each in self.called(county)}
            found = [each for each in found if each.pk in counties or each.county_id in counties]
        if len(found) == 1:
            return found[0]
        if found:
            said = _("“%(typed)s” is the name of several regions: %(regions)s. Add the city, or use the code.")
            raise CellError(said % {"typed": named[0], "regions": listed(map(str, found))}, named[0])
        raise CellError(self.unknown(named), named[0])

    def called(self, text: str) -> list[Region]:
        """The regions with a code or a name."""
        code = bare_code(text)
        if code.isdigit():
            region = self.regions.get(self.former.get(code, code))
            if region and code in self.former:
                self.led[code] = region
            return [region] if region else []
        return self.named.get(folded(text), [])

    @staticmethod
    def unknown(named: Iterable[str]) -> str:
        """The refusal of a name or code that is none of ours."""
        said = _(
            "“%(typed)s” is no region of Jiangsu. Use a code of six digits or the name of a county or city; "
            "for a zone that is not listed, the county that it lies in."
        )
        return said % {"typed": " · ".join(named)}
