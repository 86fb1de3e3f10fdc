"""Rows that name their records by number, by key, or by both; rows that are no records; rows of another width."""

import datetime
from typing import Any

import pytest
from django.utils import translation

from projects.models import RenovationProject
from revival.catalogue import IMPORTS, import_spec
from revival.importing.files import file_columns
from revival.importing.models import Import
from tests import factories
from tests.factories import GULOU, KUNSHAN, PROVINCE, XUZHOU, official, outside_requests
from tests.importing.bring import bring, csv_text, messages, outcomes, write
from tests.importing.test_rows import HEADS, brought, project_row

pytestmark = pytest.mark.django_db
NUMBERED = ("记录编号", "项目代码", "项目名称")


@pytest.fixture
def clerk() -> Any:
    return official("clerk", XUZHOU)


@pytest.mark.parametrize(
    "number", ["-", "/", "a", "1.5", "-1", "1e5", "1_0", "٣", "#", "##1", "9" * 19, "9" * 5000, "2024-05-01", "一"]
)
def test_what_is_no_number_of_a_record_is_told(clerk: Any, number: str) -> None:
    """In every kind; the record is neither taken for another one nor for a new one."""
    for spec in IMPORTS[:1] if len(number) > 1 else IMPORTS:
        with translation.override("en"):
            heads = [column.label for column in file_columns(spec)]
            of = bring(spec.name, clerk, csv_text(heads, [number, *["x"] * (len(heads) - 1)]))
        assert any("is no number of a record" in each for each in messages(of)[2])


def test_a_number_in_every_spelling_finds_its_record(clerk: Any) -> None:
    known = factories.project(GULOU)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(known.pk))
    for number in (str(known.pk), f"#{known.pk}", f" {known.pk} ", wide, f"＃{wide}", f"000{known.pk}"):
        of = brought(clerk, [number, known.code, "Another"], heads=NUMBERED)
        assert (outcomes(of), of.rows.get().target) == ([(2, "changed")], known.pk), number


def test_a_deleted_record_and_one_of_another_region_are_not_found(clerk: Any) -> None:
    gone, theirs = factories.project(GULOU), factories.project(KUNSHAN, name="Secret")
    outside_requests()
    key = gone.pk
    gone.delete()
    told = messages(brought(clerk, [key, "x", "y"], [theirs.pk, "x", "y"], heads=NUMBERED))
    first, second = (
        each[0].replace(str(number), "N") for each, number in zip(told.values(), (key, theirs.pk), strict=True)
    )
    assert first == second


def test_one_record_is_changed_by_one_row(clerk: Any) -> None:
    """By its number and by its code, in either order, in one batch or in two."""
    known = factories.project(GULOU)
    by_number, by_code = [known.pk, known.code, "By number"], ["", known.code, "By code"]
    for rows in ((by_number, by_code), (by_code, by_number), (by_number, by_number), (by_code, by_code)):
        for size in (1000, 1):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("revival.importing.steps.BATCH", size)
                of = brought(clerk, *rows, heads=NUMBERED)
            assert (of.changed, of.wrong) == (1, 1), (rows, size, outcomes(of))
            write(of, keep_going=True)
            outside_requests()
            RenovationProject.objects.filter(pk=known.pk).update(name=known.name)
            Import.objects.filter(pk=of.pk).update(state="undone")


def test_a_number_takes_no_code_of_another_record(clerk: Any) -> None:
    """Of one that is there, of one that lies elsewhere, and of another row."""
    mine, other, third = (factories.project(GULOU) for _each in range(3))
    theirs = factories.project(KUNSHAN, name="Secret")
    free = factories.project_code(4100)
    rows = [mine.pk, other.code, "a"], [other.pk, theirs.code, "b"], [third.pk, free, "c"], [mine.pk, free, "d"]
    told = messages(brought(clerk, *rows, heads=NUMBERED))
    assert [*told] == [2, 3, 5]
    assert str(other) in told[2][0]
    assert "outside your region" in told[3][0]
    assert "Secret" not in str(told)
    of = brought(clerk, [third.pk, free, "c"], heads=NUMBERED)
    write(of)
    third.refresh_from_db()
    assert (third.code, third.name) == (free, "c")


def test_equal_values_in_other_spellings_are_one_key(clerk: Any) -> None:
    """Of two equal batches both are found, and no batch is taken twice."""
    firm, sample = factories.enterprise(GULOU), factories.retired(GULOU)
    heads = ("企业", "装备名称", "类别", "数量", "计量单位", "退出日期", "异常数值说明")
    day = datetime.date(2024, 5, 6)
    row = [firm.credit_code, "Synthetic loom", sample.category, "3", sample.unit, day, "Two"]
    rows = [row, [f" {row[0]}", *row[1:5], "2024/5/6", row[6]], [*row[:3], "３", *row[4:]]]
    of = brought(clerk, *rows[:2], heads=heads, kind="retired-equipment")
    assert (of.new, messages(of)) == (2, {})
    write(of)
    again = brought(clerk, *rows, heads=heads, kind="retired-equipment")
    assert [code for _line, code in outcomes(again)] == ["unchanged", "unchanged", "new"]


def test_rows_that_are_no_records_are_told(clerk: Any) -> None:
    """A total and the sample of the template; a project that is called so is one."""
    firm = factories.enterprise(GULOU)
    heads = (HEADS[1], HEADS[0], *HEADS[2:])

    def row(number: int, name: str) -> list[Any]:
        code, _name, *others = project_row(firm, number)
        return [name, code, *others]

    sample = "样例：本行不导入"
    of = brought(
        clerk, row(4200, sample), row(4201, "Sample of silk"), row(4202, "样例工程"), ["合计", "", 3], heads=heads
    )
    assert outcomes(of) == [(3, "new"), (4, "new")]
    assert [note for note in of.notes if note.startswith("Row ")] == [
        f"Row 2 begins with “{sample}” and is not read.",
        "Row 5 begins with “合计” and is not read.",
    ]


def test_a_cell_that_is_parted_in_two_shifts_no_value(clerk: Any) -> None:
    """A comma in an amount without quotes; a shorter row lacks its last cells, and blanks beyond are none."""
    firm = factories.enterprise(GULOU)
    right = ",".join(map(str, project_row(firm, 4300, plan="1000")))
    parted = ",".join(map(str, project_row(firm, 4301, plan="1,000")))
    data = "\n".join([",".join(HEADS), parted, f"{right},, ,", ",".join(right.split(",")[:5])])
    with translation.override("en"):
        of = bring("projects", clerk, data.encode())
    told = messages(of)
    assert [*told] == [2, 4]
    assert "more cells than there are headings; beyond them stands “2024”" in told[2][0]
    assert outcomes(of)[1] == (3, "new")


def test_a_row_moves_its_record_only_within_the_region(clerk: Any) -> None:
    known = factories.project(GULOU)
    heads = ("项目代码", "地区")
    assert outcomes(brought(clerk, [known.code, "沛县"], heads=heads)) == [(2, "changed")]
    assert messages(brought(clerk, [known.code, "昆山市"], heads=heads)) == {
        2: ["地区: Kunshan, Suzhou lies outside your region."]
    }


def test_the_number_of_queries_of_a_file_for_editing_does_not_grow(django_assert_max_num_queries: Any) -> None:
    province, counts = official("clerk", PROVINCE), []
    rows = [factories.project(GULOU) for _each in range(12)]
    assert import_spec("projects").once
    for some in (rows[:1], rows[:3], rows):
        with django_assert_max_num_queries(45) as asked:
            brought(province, *[[each.pk, each.code, f"N {len(some)}"] for each in some], heads=NUMBERED)
        counts.append(len(asked.captured_queries))
    assert counts[1] == counts[2]


def test_a_row_that_refers_to_another_row_of_the_file_says_what_to_do(clerk: Any) -> None:
    """The right rows first; the same file again finds them, and changes nothing else."""
    heads = ("文件名称", "政策层级", "印发机关", "印发年度", "所落实的上级政策", "地区")
    first = ["Synthetic plan", "City", "Synthetic bureau", "2023", "", "徐州市"]
    second = ["Synthetic measures", "County", "Synthetic bureau", "2024", "Synthetic plan", "徐州市鼓楼区"]
    of = brought(clerk, first, second, heads=heads, kind="policies")
    told = messages(of)
    assert [*told] == [3], told
    assert "If it is another row of this file, import that row first" in told[3][0]
    write(of, keep_going=True)
    with translation.override("en"):
        again = bring("policies", clerk, csv_text(heads, first, second), again=True)
    assert outcomes(again) == [(2, "unchanged"), (3, "new")]
