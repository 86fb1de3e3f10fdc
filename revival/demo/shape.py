"""Sizes and amounts: the sizes of the annual lists, and how they are cut into batches of the same shape.

At the default size the verified list of 2024 has the published figures: 1,363 projects, 209.833 billion yuan, 90
projects on the key-support list and 11 in the Taihu basin. At any other size one factor scales all figures.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class YearList(NamedTuple):
    """The verified projects of one programme year."""

    year: int
    projects: int
    investment: int  # 万元 (10,000 yuan)
    key_support: int
    taihu: int
    months: int  # of verified progress


class Scale(NamedTuple):
    """The share of one batch in amounts that are given for the default size."""

    projects: int
    number: int
    whole: int

    def part(self, amount: int) -> int:
        """The batch's share.

        The shares of all batches add up to the amount times projects / default, rounded down.
        """
        first, last = self.projects * self.number, self.projects * (self.number + 1)
        return amount * last // self.whole - amount * first // self.whole

    def some(self, amount: int, least: int = 1) -> int:
        """The batch's share, but never 0 in the first batch: a small size has at least one of everything."""
        return max(self.part(amount), 0 if self.number else least)

    def total(self, amount: int) -> int:
        """The shares of all batches together, at least 1."""
        return max(1, amount * self.projects // DEFAULT)


class Batch(NamedTuple):
    """Some projects of every year and the enterprises that carry them out: a small province of its own."""

    lists: tuple[YearList, ...]
    waiting: int  # projects in draft, submitted and returned
    enterprises: int  # in addition to those that the scale demands by name of their place
    scale: Scale


LISTS = (
    YearList(2023, 1_180, 16_872_400, 76, 0, 12),
    YearList(2024, 1_363, 20_983_300, 90, 11, 12),
    YearList(2025, 700, 10_515_600, 47, 0, 6),
)
WAITING = 57
DEFAULT = sum(each.projects for each in LISTS) + WAITING
ENTERPRISES = 11  # for ten projects: the lists of equipment name more than 3,000
# Every county gets an enterprise, and the numbers within a county's codes must suffice.
LEAST, MOST = 100, 2_000_000
# Projects in a batch: some seconds of work, far below the serving role's limit of a minute for a statement.
AT_A_TIME = 4_000
# Up to this size every verified project has all its months. Above it one in four does, and the others have only the
# last month: for a million projects, ten million monthly rows would take most of an hour.
ALL_MONTHS_UP_TO, ONE_IN = 20_000, 4


def batches(projects: int, places: int) -> Iterator[Batch]:
    """Cut the whole into batches. Their sum is exact, whatever their number."""
    count = -(-projects // AT_A_TIME)
    for index in range(count):
        scale = Scale(projects, index, DEFAULT * count)
        lists = tuple(
            each._replace(
                projects=scale.part(each.projects),
                investment=scale.part(each.investment),
                key_support=scale.part(each.key_support),
                taihu=scale.part(each.taihu),
            )
            for each in LISTS
        )
        size = scale.part(DEFAULT)
        waiting = size - sum(each.projects for each in lists)
        yield Batch(lists, waiting, max(size * ENTERPRISES // 10, places), scale)


def parts(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """Whole parts of a total in proportion to weights, each at least `least`, that add up to the total exactly."""
    free = total - least * len(weights)
    unit = free / sum(weights)
    exact = [weight * unit for weight in weights]
    found = [int(each) for each in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: found[i] - exact[i])
    for i in by_remainder[: free - sum(found)]:
        found[i] += 1
    return [least + each for each in found]
