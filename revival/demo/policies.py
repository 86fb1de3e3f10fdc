"""Synthetic policies of some cities and counties, which answer those of the province and the nation."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from projects.models import Action, Policy, PolicyLevel
from revival.demo.ground import KUNSHAN, NANJING, XUZHOU, Ground
from revival.demo.review import day_of, review
from revival.demo.words import MARK
from revival.records.models import State


class Answer(NamedTuple):
    """The policy with which a city or county answers one of the named policies."""

    region: str
    name: str  # the name of the region
    year: int
    answers: str
    level: PolicyLevel = PolicyLevel.CITY
    state: State = State.VERIFIED


PLAN, OPINIONS = "plan", "guiding-opinions"
ANSWERS = (
    Answer(XUZHOU, "徐州市", 2024, PLAN),
    Answer(KUNSHAN, "昆山市", 2024, PLAN, PolicyLevel.COUNTY),
    Answer("320500", "苏州市", 2024, PLAN),
    Answer("320400", "常州市", 2023, PLAN),
    Answer("321000", "扬州市", 2024, OPINIONS),
    Answer("320581", "常熟市", 2024, PLAN, PolicyLevel.COUNTY),
    Answer("320281", "江阴市", 2025, PLAN, PolicyLevel.COUNTY),
    Answer(NANJING, "南京市", 2025, PLAN, state=State.SUBMITTED),
)


class PolicyRow(NamedTuple):
    """One row as it is copied to the database. The columns of its review follow."""

    id: int
    region_id: str
    name: str
    level: str
    issuer: str
    number: str
    year: int
    issued_on: str | None
    actions: list[str]
    industries: list[str]
    answers_id: int | None


def policies(ground: Ground, known: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    """The rows of the answers. `known` are the keys of the named policies."""
    for key, answer in zip(ground.keys(Policy, len(ANSWERS)), ANSWERS, strict=True):
        day = day_of(ground.random, answer.year)
        row = PolicyRow(
            id=key,
            region_id=answer.region,
            name=f"{answer.name}传统产业焕新实施意见（{MARK}）",
            level=answer.level.value,
            issuer=f"{answer.name}人民政府（{MARK}）",
            number="",
            year=answer.year,
            issued_on=str(day),
            actions=Action.values,
            industries=[],
            answers_id=known[answer.answers],
        )
        yield (*row, *review(ground.random, answer.state, ground.hands(answer.region), day))
