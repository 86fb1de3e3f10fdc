"""Explanations of synthetic rows that a form would ask about: numbers far above the median of their county."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from revival.demo.words import LARGE
from revival.records.beside import EXAMPLES, LEAST_EXAMPLES, typical_numbers
from revival.records.unlikely import TIMES

Rows = Mapping[Any, Sequence[tuple[Any, ...]]]


def with_explanations(model: Any, columns: Sequence[str], rows: Rows, regions: Mapping[Any, Any]) -> Iterator[Any]:
    """The rows of the model, of which those that are asked about have an explanation.

    columns: those of the table, of which the loader itself fills the last ones. regions: the region of each record
    that the rows follow, by its key.
    """
    names = typical_numbers(model) if "explanation" in columns else ()
    medians = {name: county_medians(columns, rows[model], name, regions) for name in names}
    at = columns.index("explanation") if names else 0
    for row in rows[model]:
        values = dict(zip(columns, row, strict=False))
        region = region_of_row(values, regions) if names else None
        numbers = ((values[name], medians[name].get(region)) for name in names)
        far = any(median and value is not None and Decimal(value) > TIMES * median for value, median in numbers)
        yield (*row[:at], LARGE, *row[at + 1 :]) if far else row


def region_of_row(values: Mapping[str, Any], regions: Mapping[Any, Any]) -> Any:
    """The region of a row, or of the record that it follows."""
    followed = (regions[key] for key in values.items() if key in regions)
    return values.get("region_id") or next(followed, None)


def county_medians(
    columns: Sequence[str], rows: Sequence[tuple[Any, ...]], name: str, regions: Mapping[Any, Any]
) -> dict[Any, Decimal]:
    """The median of a number in each region that has enough examples, without one that lies above it."""
    found = defaultdict(list)
    for row in rows:
        values = dict(zip(columns, row, strict=False))
        if values["state"] in EXAMPLES and values[name] is not None:
            found[region_of_row(values, regions)].append(Decimal(values[name]))
    return {
        region: sorted(numbers)[max(0, len(numbers) // 2 - 1)]
        for region, numbers in found.items()
        if len(numbers) >= LEAST_EXAMPLES
    }
