"""Which column a heading stands for: in either language, in any order, with or without a unit."""

import pytest
from django.utils import translation

from revival.catalogue import IMPORTS, import_spec
from revival.importing.columns import NUMBER, import_columns
from revival.importing.headings import LEFT, heading_of, heading_problem, headings_of, read_headings
from revival.importing.spec import ImportSpec

PROJECTS = import_spec("projects")


def paths(spec: ImportSpec, *cells: str) -> tuple[str, ...]:
    return headings_of(1, cells, spec).paths


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_column_is_known_by_its_label(language: str) -> None:
    """Of every kind, with the unit and the mark of a needed column, as templates have them."""
    for spec in IMPORTS:
        for column in import_columns(spec):
            if column.cites:
                continue
            with translation.override(language):
                label = column.label
            assert heading_of(label, spec)[0] == column.path, (spec.name, label)
            assert heading_of(f"{label} *", spec)[0] == column.path, (spec.name, label)
            assert heading_of(column.path, spec)[0] == column.path, (spec.name, column.path)


def test_labels_of_one_kind_are_told_apart() -> None:
    """No two columns that a record is filled from have one label."""
    for spec in IMPORTS:
        for language in ("zh-hans", "en"):
            with translation.override(language):
                labels = [column.label for column in import_columns(spec) if not column.cites]
            assert len({*labels}) == len(labels), (spec.name, language)


def test_a_unit_in_a_heading_is_read() -> None:
    expected = {
        "总投资": "",
        "总投资（亿元）": "亿元",
        "总投资(万元)": "万元",
        "总投资 （元）": "元",
        "Total investment (billion yuan)": "billion yuan",
        "Total investment (10,000 yuan)": "万元",
        "TOTAL INVESTMENT (100 million yuan)": "亿元",
    }
    assert {text: heading_of(text, PROJECTS) for text in expected} == {
        text: ("total_investment", unit) for text, unit in expected.items()
    }
    assert heading_of("总投资（美元）", PROJECTS) == ("", "")


def test_headings_stand_below_titles_and_in_any_order() -> None:
    rows = [
        (1, ["2025年焕新项目"]),
        (2, ["单位：万元", ""]),
        (3, ["项目名称", "序号", "项目代码"]),
        (4, ["甲", "1", "x"]),
    ]
    found = read_headings(rows, PROJECTS)
    assert found is not None
    assert (found.row, found.paths, found.unknown) == (3, ("name", "", "code"), ["序号"])
    assert heading_problem(found, PROJECTS) == ""


def test_what_files_show_and_nobody_enters_is_left_alone() -> None:
    assert (
        paths(PROJECTS, "累计完成投资（万元）", "完成率（%）", "State", "Completed investment", "Reason")
        == (LEFT,) * 5
    )


def test_the_code_and_the_name_of_an_enterprise_are_one_column_s_help() -> None:
    assert paths(PROJECTS, "企业", "统一社会信用代码", "企业名称", "设区市", "县（市、区）") == (
        "enterprise",
        "enterprise__credit_code",
        "enterprise__name",
        "region__city",
        "region__county",
    )


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("甲", "乙"), "No heading of this kind of record was found"),
        (
            ("项目代码", "Project code", "项目名称"),
            "These headings stand for the same column; keep one of them: 项目代码, Project code.",
        ),
        (("项目名称", "行业"), "A column is missing that says which record each row is. It needs: Project code."),
    ],
)
def test_headings_that_cannot_be_used_are_named(cells: tuple[str, ...], said: str) -> None:
    with translation.override("en"):
        problem = heading_problem(read_headings([(1, cells)], PROJECTS), PROJECTS)
    assert problem.startswith(said)


def test_big5_is_caught_by_its_headings() -> None:
    """GB18030 reads Big5 without an error, as other words."""
    cells = [text.encode("big5").decode("gb18030") for text in ("專案名稱", "企業")]
    assert read_headings([(1, cells)], PROJECTS) is None
    assert "UTF-8" in heading_problem(None, PROJECTS)


def test_a_record_number_is_a_key_of_every_kind() -> None:
    for spec in IMPORTS:
        label = next(column.label for column in import_columns(spec) if column.path == NUMBER)
        assert heading_problem(read_headings([(1, [label])], spec), spec) == "", spec.name
