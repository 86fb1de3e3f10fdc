"""Arithmetic of an index: inputs become marks from 0 to 100, marks a score, and scores ranks."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

FULL, HALF = Decimal(100), Decimal("0.5")
EXACT = Decimal("1e-10")
Marks = dict[str, Decimal | None]


def clipped_mark(mark: Decimal) -> Decimal:
    return min(FULL, max(Decimal(0), mark))


def mark_between(value: Decimal, low: Decimal, high: Decimal, *, falling: bool) -> Decimal:
    """The mark between two bounds: 0 at the lower one, 100 at the upper one; the reverse if less is better."""
    mark = clipped_mark((value - low) / (high - low) * FULL)
    return FULL - mark if falling else mark


def mark_of_target(value: Decimal, target: Decimal, *, falling: bool) -> Decimal:
    """The mark for a target: the part of it that is reached. If less is better, the target as a part of the value."""
    if falling:
        return FULL if value <= target else clipped_mark(target / value * FULL)
    return clipped_mark(value / target * FULL)


def marks_by_rank(values: Mapping[str, Decimal | None], *, falling: bool) -> Marks:
    """The marks by rank: 100 for the first, 0 for the last, in equal steps. Equal values share the lower mark.

    If all values are equal, there are no marks: a rank says nothing, and what nobody did is not the best of all.
    """
    known = [value for value in values.values() if value is not None]
    last = len(known) - 1
    if len(set(known)) < 2:
        return dict.fromkeys(values)
    marks: Marks = {}
    for key, value in values.items():
        if value is None:
            marks[key] = None
            continue
        worse = sum(other > value if falling else other < value for other in known)
        marks[key] = FULL * worse / last
    return marks


def weighted_score(marks: Sequence[Decimal | None], weights: Sequence[Decimal]) -> Decimal | None:
    """The weighted mean of the marks, to ten decimals, so that equal scores are equal in any order of the indicators.

    It is None if the marks have less than half of the weight.
    """
    known = [(mark, weight) for mark, weight in zip(marks, weights, strict=True) if mark is not None]
    present, whole = sum((weight for _mark, weight in known), Decimal(0)), sum(weights, Decimal(0))
    if not present or (present - whole * HALF).quantize(EXACT) < 0:  # to as many digits as hold in any order
        return None
    return (sum((mark * weight for mark, weight in known), Decimal(0)) / present).quantize(EXACT)


def ranks_of_scores(scores: Mapping[str, Decimal | None]) -> dict[str, int | None]:
    """The ranks of the scores, 1 for the highest. Equal scores share a rank, and the next rank is left out."""
    known = [value for value in scores.values() if value is not None]
    return {
        key: None if value is None else 1 + sum(other > value for other in known) for key, value in scores.items()
    }


def rescaled_weights(weights: Mapping[str, Decimal], code: str, weight: Decimal) -> dict[str, Decimal]:
    """The weights with one of them changed and the others scaled, so that the sum stays the same."""
    whole = sum(weights.values(), Decimal(0))
    rest = whole - weights[code]
    return {
        each: weight if each == code else old * (whole - weight) / rest if rest else Decimal(0)
        for each, old in weights.items()
    }
