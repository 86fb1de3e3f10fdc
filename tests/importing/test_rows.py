"""What becomes of each row of a file: new, changed, unchanged or wrong, and why."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from enterprises.models import Enterprise
from projects.models import RenovationProject
from revival.importing.models import Import
from tests import factories
from tests.factories import GULOU, PEI, SUZHOU, XUZHOU, official
from tests.importing.bring import bring, csv_text, messages, outcomes, write

pytestmark = pytest.mark.django_db
HEADS = (
    *("项目代码", "项目名称", "企业", "地区", "行业", "总投资（亿元）", "年度计划投资（万元）", "主要行动"),
    "项目年度",
)


@pytest.fixture
def clerk() -> Any:
    return official("clerk", XUZHOU)


def project_row(of: Enterprise, number: int, **values: Any) -> list[Any]:
    """A right row of a new project."""
    row = {
        "code": factories.project_code(number),
        "name": f"Synthetic {number}",
        "firm": of.credit_code,
        "region": "徐州市鼓楼区",
        "industry": "纺织",
        "total": "0.5",
        "plan": "1,000",
        "action": "老旧更新",
        "year": "2024",
    }
    return [*(row | values).values()]


def brought(clerk: Any, *rows: list[Any], heads: Any = HEADS, kind: str = "projects") -> Import:
    with translation.override("en"):
        return bring(kind, clerk, csv_text(heads, *rows))


def test_a_row_becomes_a_record_exactly(clerk: Any) -> None:
    firm = factories.enterprise(GULOU)
    of = brought(clerk, project_row(firm, 7001))
    assert outcomes(of) == [(2, "new")]
    write(of)
    made = RenovationProject.objects.get(code=factories.project_code(7001))
    assert (made.total_investment, made.planned_investment) == (Decimal("50000000.00"), Decimal("10000000.00"))
    assert (made.enterprise, made.region_id, made.city_id) == (firm, GULOU, XUZHOU)
    assert (made.industry, made.action, made.year, made.stage) == ("textile", "equipment-renewal", 2024, "planned")
    assert (made.state, made.source, made.import_id, made.import_row) == ("draft", "import", of.pk, 2)
    assert (made.created_by, made.version) == (clerk, 1)


def test_only_what_differs_is_a_change(clerk: Any) -> None:
    """Values that read alike are alike: units, widths, names and codes in either language."""
    known = factories.project(GULOU)
    same = project_row(
        known.enterprise, 0, code=known.code, name=known.name, action="Equipment renewal", region=GULOU
    )
    other = project_row(
        known.enterprise, 0, code=known.code.replace("-", " "), name="Another name", total="０．５亿元"
    )
    assert outcomes(brought(clerk, same)) == [(2, "unchanged")]
    of = brought(clerk, other)
    row = of.rows.get()
    assert (row.outcome, row.names, row.target, row.version) == ("changed", ["name"], known.pk, 1)
    write(of)
    known.refresh_from_db()
    assert (known.name, known.version, known.import_id, known.source) == ("Another name", 2, of.pk, "form")


def test_every_wrong_cell_is_told(clerk: Any) -> None:
    firm = factories.enterprise(GULOU)
    row = project_row(
        firm, 7002, firm="Nobody", region="鼓楼区", total="1e5", plan="", action="Dancing", year="24", industry=""
    )
    told = messages(brought(clerk, row))[2]
    assert [text.partition(": ")[0] for text in told] == [
        *("总投资（亿元）", "主要行动", "项目年度", "企业", "地区", "行业", "年度计划投资（万元）"),
    ]
    said = "\n".join(told)
    for part in (
        "“1e5” is no amount. Type digits, such as 1,234.5",
        "“Dancing” is not accepted here. Accepted are: Eliminating backwardness, Equipment renewal,",
        "“24” is no year. Type its four digits, such as 2024.",
        "No enterprise “Nobody” is there, or it lies outside your region. Check its code or its name.",
        "“鼓楼区” is the name of several regions: Gulou District, Nanjing, Gulou District, Xuzhou. Add the city",
        "行业: It is blank; a new record needs it.",
    ):
        assert part in said


def test_the_city_tells_equal_names_apart(clerk: Any) -> None:
    firm = factories.enterprise(GULOU)
    heads = (*HEADS, "设区市")
    assert outcomes(brought(clerk, [*project_row(firm, 7003, region="鼓楼区"), "徐州市"], heads=heads)) == [
        (2, "new")
    ]
    wrong = brought(clerk, [*project_row(firm, 7004, region="鼓楼区"), "苏州市"], heads=heads)
    assert list(messages(wrong)) == [2]


def test_a_former_code_leads_to_its_successor(clerk: Any) -> None:
    """Nantong's Chongchuan took over Gangzha, whose code older files still have."""
    clerk = official("clerk", "320600")
    firm = factories.enterprise("320613")
    of = brought(clerk, project_row(firm, 7005, region="320611"))
    assert outcomes(of) == [(2, "new")]
    assert of.notes == ["320611 is a former code; its rows are taken for Chongchuan District, Nantong (320613)."]
    assert write(of).new == 1
    assert RenovationProject.objects.get(import_id=of.pk).region_id == "320613"


def test_an_enterprise_is_found_by_code_anywhere_and_by_name_at_home(clerk: Any) -> None:
    elsewhere = factories.enterprise("320505", name="合成样例甲（苏州）有限公司")
    at_home = factories.enterprise(GULOU, name="合成样例乙（徐州）有限公司")
    by_code = project_row(elsewhere, 7006)
    by_name = project_row(elsewhere, 7007, firm=elsewhere.name)
    other_width = project_row(at_home, 7008, firm="合成样例乙(徐州)有限公司")
    of = brought(clerk, by_code, by_name, other_width)
    assert outcomes(of) == [(2, "new"), (3, "wrong"), (4, "new")]


def test_one_name_of_two_enterprises_asks_for_the_code(clerk: Any) -> None:
    first, second = (factories.enterprise(place, name="合成样例同名有限公司") for place in (GULOU, PEI))
    (told,) = messages(brought(clerk, project_row(first, 7009, firm=first.name)))[2]
    assert first.credit_code in told
    assert second.credit_code in told


def test_two_rows_of_one_key_are_refused(clerk: Any) -> None:
    """Also where the code is spelled in another way, and where the record is there already."""
    firm, known = factories.enterprise(GULOU), factories.project(GULOU)
    code = factories.project_code(7010)
    rows = [project_row(firm, 0, code=each) for each in (code, code.replace("-", ""), known.code, known.code)]
    told = messages(brought(clerk, *rows))
    assert told == {
        3: [": Row 2 has the same key. Delete one of the two rows, or put them together."],
        5: [": Row 4 has the same key. Delete one of the two rows, or put them together."],
    }


def test_equal_rows_without_a_code_are_matched_one_by_one(clerk: Any) -> None:
    """Two equal batches of equipment on one day are two records, however often the file comes."""
    firm = factories.enterprise(GULOU)
    heads = ("企业", "装备名称", "类别", "数量", "计量单位", "退出日期", "异常数值说明", "地区", "行业")
    day = datetime.date(2024, 5, 6)
    row = [firm.credit_code, "Synthetic loom", "落后", 3, "台套", day, "", "", ""]
    category = factories.retired(GULOU)
    row[2], row[4] = category.category, category.unit
    of = brought(clerk, row, [*row[:6], "二批", *row[7:]], heads=heads, kind="retired-equipment")
    assert [code for _line, code in outcomes(of)] == ["new", "new"]
    of.rows.update(answer="Two batches")
    write(of)
    again = brought(clerk, row, row, row, heads=heads[:6], kind="retired-equipment")
    assert [code for _line, code in outcomes(again)] == ["unchanged", "unchanged", "new"]


def test_a_month_is_found_by_code_and_month(clerk: Any) -> None:
    known = factories.project(GULOU)
    heads = ("项目代码", "月份", "累计计划投资（万元）", "累计完成投资（万元）")
    of = brought(
        clerk, [known.code, "2024-03", 300, 250], [known.code, "4月", 400, 350], heads=heads, kind="progress"
    )
    assert outcomes(of) == [(2, "new"), (3, "new")]
    write(of)
    assert [*known.progress.order_by("month").values_list("month", "completed", "region")] == [
        (3, Decimal("2500000.00"), GULOU),
        (4, Decimal("3500000.00"), GULOU),
    ]
    wrong = brought(clerk, [known.code, "2023-05", 500, 450], heads=heads, kind="progress")
    assert messages(wrong) == {2: ["月份: The month is of 2023, but the programme year of the project is 2024."]}


def test_blank_is_not_zero_and_not_a_change_of_columns_that_are_missing(clerk: Any) -> None:
    known = factories.project(GULOU, start_date=datetime.date(2024, 1, 5))
    blank = brought(clerk, [known.code, ""], heads=("项目代码", "总投资（万元）"))
    assert list(messages(blank)) == [2]
    emptied = brought(clerk, [known.code, ""], heads=("项目代码", "开工日期"))
    assert emptied.rows.get().names == ["start_date"]
    assert outcomes(brought(clerk, [known.code], heads=("项目代码",))) == [(2, "unchanged")]


def test_rules_of_the_table_are_told_in_words(clerk: Any) -> None:
    """A rule between two columns, which only the database knows."""
    firm = factories.enterprise(GULOU)
    heads = ("企业", "资金类别", "金额（万元）", "下达日期", "行业", "地区")
    row = [firm.credit_code, "超长期特别国债", "100", "2024-03-01", "", ""]
    told = messages(brought(clerk, row, heads=heads, kind="allocations"))
    assert told == {2: ["Project: Choose the project that the treasury bonds are for."]}


def test_rows_that_break_a_rule_cost_no_query_each(clerk: Any, django_assert_max_num_queries: Any) -> None:
    firm, counts = factories.enterprise(GULOU), []
    heads = ("企业", "资金类别", "金额（万元）", "下达日期", "行业", "地区")
    for month, rows in ((1, 1), (2, 2), (3, 20)):
        table = [
            [firm.credit_code, "超长期特别国债", day, f"2024-{month:02}-{day:02}", "", ""]
            for day in range(1, rows + 1)
        ]
        with django_assert_max_num_queries(60) as asked:
            assert brought(clerk, *table, heads=heads, kind="allocations").wrong == rows
        counts.append(len(asked.captured_queries))
    assert counts[1] == counts[2]


def test_unlikely_values_and_likely_duplicates_are_questions(clerk: Any) -> None:
    known = factories.project(GULOU)
    large = project_row(known.enterprise, 7011, total="80")
    double = project_row(known.enterprise, 7012, name=known.name)
    explained = [*project_row(known.enterprise, 7013, total="80"), "Approved by the province"]
    of = brought(clerk, [*large, ""], [*double, ""], explained, heads=(*HEADS, "异常数值说明"))
    asked = {
        row.line: [(each["field"], each.get("duplicate", False)) for each in row.questions or ()]
        for row in of.rows.all()
    }
    assert asked == {2: [("total_investment", False)], 3: [("name", True)], 4: []}


def test_the_number_of_queries_does_not_grow_with_the_rows(clerk: Any, django_assert_max_num_queries: Any) -> None:
    firm, counts = factories.enterprise(GULOU), []
    for first, rows in ((7100, 1), (7200, 3), (7300, 40)):  # the first also fills what is kept for all requests
        with django_assert_max_num_queries(45) as asked:
            brought(clerk, *[project_row(firm, first + number) for number in range(rows)])
        counts.append(len(asked.captured_queries))
    assert counts[1] == counts[2]


def test_another_city_cannot_be_told_from_nothing(clerk: Any) -> None:
    """The code of another city's project is taken; nothing of the project is told."""
    theirs = factories.project("320505", name="Secret name")
    told = messages(brought(clerk, project_row(factories.enterprise(GULOU), 0, code=theirs.code)))[2]
    assert told == [": A record with this key is there already; it lies outside your region. Check the row."]
    assert SUZHOU not in " ".join(told)
