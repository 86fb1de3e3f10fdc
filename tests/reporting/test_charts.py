"""Charts as plain data, and the SVG that templates draw of them."""

import re
from decimal import Decimal

from django.template.loader import render_to_string

from revival.reporting.charts import (
    ABOVE,
    BESIDE,
    Chart,
    ChartItem,
    bar_chart,
    month_chart,
    stacked_chart,
    tile_chart,
)
from revival.reporting.grid import Cell, Grid, Head, Row
from revival.reporting.table import grid_table
from revival.reporting.units import COUNT, MONEY_UNITS

TABLE = grid_table(Grid((Head("Region"), Head("Number", COUNT)), (Row((Cell("Pei"), Cell(3, COUNT))),)))
WORDS = ("Investment", "Greatest first")


def item(label: str, value: int | None) -> ChartItem:
    return ChartItem(label, value, "–" if value is None else str(value), f"/reports/x/?city={label}")


def drawn(template: str, chart: Chart) -> str:
    return render_to_string(f"charts/{template}.html", {"chart": chart})


def test_bars_are_ranked_and_in_proportion() -> None:
    """The greatest value comes first and is longest. Those without a value come last and have no length."""
    chart = bar_chart("bars", WORDS, [item("A", 5), item("B", None), item("C", 20), item("D", -4)], TABLE)
    assert [bar.item.label for bar in chart.marks] == ["C", "A", "D", "B"]
    lengths = [float(bar.width.rstrip("%")) for bar in chart.marks]
    assert lengths == [BESIDE.longest, BESIDE.longest / 4, 0, 0]
    assert chart.height == 4 * BESIDE.height


def test_nothing_to_draw_is_drawn() -> None:
    """There is no chart without rows, or with rows of zeros only."""
    assert bar_chart("bars", WORDS, [], TABLE).height == 0
    assert {bar.width for bar in bar_chart("bars", WORDS, [item("A", 0)], TABLE).marks} == {"0.00%"}


def test_long_names_stand_above_their_bars() -> None:
    """A Chinese character takes the room of two letters."""
    names = {"Kunshan": BESIDE, "Tongshan District": ABOVE, "昆山市": BESIDE, "淘汰落后装备产能": ABOVE}
    for label, layout in names.items():
        assert bar_chart("bars", WORDS, [item(label, 1)], TABLE).layout is layout


def test_stacked_segments_follow_each_other_in_one_scale() -> None:
    """Each begins where the one before ends, and the length of a bar follows its total."""
    lines = [(item("A", 10), [item("x", 4), item("y", 6)]), (item("B", 40), [item("x", 0), item("y", 40)])]
    chart = stacked_chart("s", WORDS, lines, ["x", "y"], TABLE)
    longer, shorter = chart.marks
    assert [part.css for part in longer.segments] == ["series-b"]
    first, second = shorter.segments
    start, width = (float(text.rstrip("%")) for text in (first.x, first.width))
    assert start + width == float(second.x.rstrip("%"))
    assert float(second.x.rstrip("%")) + float(second.width.rstrip("%")) == float(shorter.end.rstrip("%"))
    assert chart.legend == (("series-a", "x"), ("series-b", "y"))


def test_tiles_have_five_shades_in_equal_steps() -> None:
    """The greatest value is the darkest. A city without records has no tile. The legend names the steps."""
    places = {"1": (0, 0), "2": (0, 3), "3": (2, 1), "4": (1, 1)}
    items = {"1": item("A", 0), "2": item("B", 10), "3": item("C", 100)}
    chart = tile_chart("tiles", WORDS, items, places, MONEY_UNITS["yuan"], TABLE)
    assert [(t.item.label, t.x, t.y, t.level) for t in chart.marks] == [
        ("A", "0.00%", 0, "level-a"),
        ("B", "75.00%", 0, "level-a"),
        ("C", "25.00%", 128, "level-e"),
    ]
    assert [words for _css, words in chart.legend] == ["≤ 20.00", "≤ 40.00", "≤ 60.00", "≤ 80.00", "≤ 100.00"]
    assert chart.height == 3 * 64


def test_months_that_are_missing_leave_gaps() -> None:
    """A missing month has no column, and no line crosses the gap."""
    months: list[tuple[str, ChartItem | None, ChartItem | None]] = [
        (str(n), item("done", n), item("plan", 2 * n)) for n in range(1, 5)
    ]
    months[1] = ("2", None, None)
    chart = month_chart("months", WORDS, months, ("done", "plan"), TABLE)
    assert [month.item is None for month in chart.marks] == [False, True, False, False]
    svg = drawn("timeline", chart)
    assert svg.count('<line class="plan"') == 1
    assert svg.count('<rect class="series-a"') == 3


def test_svg_has_words_links_and_its_data_and_no_style() -> None:
    """Title and description name the picture, text is escaped, and every bar is a link."""
    chart = bar_chart("bars", ("<Title>", "Words"), [item("<b>A</b>", 5), item("B", 20)], TABLE)
    svg = drawn("bars", chart)
    assert 'aria-labelledby="bars-title bars-words"' in svg
    assert '<title id="bars-title">&lt;Title&gt;</title>' in svg
    assert '<desc id="bars-words">Words</desc>' in svg
    assert "&lt;b&gt;A&lt;/b&gt;" in svg
    assert svg.count("<a href=") == 2
    assert "<details" in svg
    assert "<table" in svg
    assert not re.search(r"style=|<script|on[a-z]+=", svg)


def test_decimals_and_counts_mix() -> None:
    """Sums of the database are decimals."""
    chart = bar_chart("bars", WORDS, [ChartItem("A", Decimal("1.5"), "1.5"), ChartItem("B", 3, "3")], TABLE)
    assert [bar.width for bar in chart.marks] == ["48.00%", "24.00%"]
