"""Tables as sheets of a workbook: records, small tables, and the sheet that says what the others are."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from django.db.models import DateField
from django.utils import timezone
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.punctuation import labelled, listed
from revival.records.fields import MoneyField
from revival.reporting.columns import ShownColumn, is_year
from revival.reporting.dimensions import STATE
from revival.reporting.form import filter_chips
from revival.reporting.grid import Cell, Grid, Row
from revival.reporting.months import is_months
from revival.reporting.period import is_axis
from revival.reporting.query import SHAPE, Query
from revival.reporting.records import column_head, listing_of, ordered_records, total_row
from revival.reporting.rollup import roll_up, rollup_grid, total_of
from revival.reporting.units import MONEY
from revival.reporting.xlsx import Sheet, SheetColumn, Tally, cell_xml, row_xml, text_width, unit_style
from revival.reporting.xlsx_parts import BOLD, DAY, TEXT, WRAPPED, YEAR, empty_cell, number_cell
from revival.reporting.xml_rows import record_rows

# Widths of columns whose cells are not known beforehand, in characters.
NUMBERS, DAYS, CODES, NAMES = 16, 11, 20, 36
PERIODS = ("year", "month", "at")  # filters by time


@dataclass(frozen=True)
class Provenance:
    """What a file answers, for whom. more: further labels with their texts."""

    question: str
    user: Official
    period: str = ""
    unit: str = ""
    more: tuple[tuple[str, str], ...] = ()

    def lines(self, tally: Tally) -> Iterator[tuple[str, str]]:
        """Labels and texts, for a workbook that is written up to here."""
        yield _("Question"), self.question
        yield from self.more
        yield _("Region"), str(self.user.region)
        yield _("Period"), self.period
        yield _("Unit of money"), self.unit
        yield _("Rows"), f"{tally.rows:,}"
        if tally.dropped:
            yield _("Characters left out that a workbook cannot hold"), f"{tally.dropped:,}"
        yield _("Taken by"), self.user.get_full_name() or self.user.get_username()
        yield _("Taken at"), timezone.localtime().isoformat(" ", "seconds")


def provenance_sheet(about: Provenance, tally: Tally) -> Sheet:
    """The sheet about a file. It is read last, when the others are counted."""

    def rows() -> Generator[bytes, None, None]:
        for label, text in about.lines(tally):
            if text:
                yield row_xml([cell_xml(label, tally, BOLD + TEXT), cell_xml(text, tally, WRAPPED)])

    columns = (SheetColumn(_("About this file"), NAMES), SheetColumn("", 2 * NAMES))
    return Sheet(_("About this file"), columns, rows(), filtered=False)


def query_sheets(query: Query, tally: Tally) -> Iterator[Sheet]:
    """The sheets of a query to a report: the records or their roll-up, and what they are."""
    name = query.report.heading()
    yield grid_sheet(name, rollup_grid(roll_up(query)), tally) if query.by else record_sheet(query, name, tally)
    yield provenance_sheet(query_provenance(query), tally)


def grid_sheets(table: Grid, about: Provenance, tally: Tally) -> Iterator[Sheet]:
    """The sheets of a small table: the table, and what it is."""
    yield grid_sheet(about.question, table, tally)
    yield provenance_sheet(about, tally)


def record_sheet(query: Query, name: str, tally: Tally) -> Sheet:
    """The sheet of a query's records, with their totals in its last row."""
    shown = listing_of(query).columns
    made = {f"c{index}": column.sql(guarded=False) for index, column in enumerate(shown)}

    def rows() -> Generator[bytes, None, None]:
        found = ordered_records(query).annotate(**made).values_list(*made)
        yield from record_rows(found, [column_style(column) for column in shown], tally)
        yield grid_row(total_row(query, shown, total_of(query)), tally)

    heads = [SheetColumn(column_head(query, column).full, cells_width(column)) for column in shown]
    return Sheet(name, heads, rows(), totals=1)


def grid_sheet(name: str, table: Grid, tally: Tally) -> Sheet:
    """The sheet of a small table."""
    widths = [max([0, *(text_width(row.cells[i].text) for row in table.rows)]) for i in range(len(table.heads))]
    heads = [SheetColumn(head.full, width) for head, width in zip(table.heads, widths, strict=True)]
    tally.rows += table.count
    rows = (grid_row(row, tally) for row in table.rows)
    return Sheet(name, heads, rows, totals=len(table.rows) - table.count)


def grid_row(row: Row, tally: Tally) -> bytes:
    bold = BOLD if row.kind in ("total", "subtotal") else 0
    return row_xml(grid_cell(cell, bold, tally) for cell in row.cells)


def grid_cell(cell: Cell, bold: int, tally: Tally) -> str:
    """The cell with its exact number, or its text."""
    if cell.unit is None:
        return cell_xml(cell.file or cell.text, tally, bold + TEXT)
    style, number = bold + unit_style(cell.unit), cell.unit.write(cell.value)
    return number_cell(number, style) if number else empty_cell(style)


def column_style(column: ShownColumn) -> int:
    """The format of the cells that `ShownColumn.sql` fills."""
    if column.field is not None and (column.is_region or column.labels or column.tags):
        return TEXT
    if isinstance(column.field, DateField):
        return DAY
    if column.unit is None:
        return TEXT
    return YEAR if column.field is not None and is_year(column.field) else unit_style(column.unit)


def cells_width(column: ShownColumn) -> int:
    style = column_style(column)
    if style == DAY:
        return DAYS
    if style == YEAR:
        return 0
    if style != TEXT:
        return NUMBERS
    if column.labels or column.is_region:
        return 0 if is_months(column.labels) else CODES
    return CODES if "code" in column.name else NAMES


def query_provenance(query: Query) -> Provenance:
    """What the file of a query answers."""
    report, model = query.report, query.report.model
    chips: dict[bool, list[str]] = {True: [], False: []}
    for chip in filter_chips(query):
        chips[chip.name in PERIODS].append(labelled(chip.title, chip.text))
    more = (
        (_("Meaning"), str(report.description)),
        (_("Filters"), listed(chips[False])),
        (str(SHAPE["by"]), listed(d.heading(model) for d in query.by)),
        (str(SHAPE["across"]), query.across.heading(model) if query.across else ""),
        (STATE.heading(model), listed(query.label(STATE, state) for state in query.states)),
    )
    unit = str(query.money.title) if has_money(query) else ""
    return Provenance(report.heading(), query.user, listed(chips[True]) or usual_period(query), unit, more)


def has_money(query: Query) -> bool:
    """Whether the file has amounts of money."""
    if query.by:
        return any(measure.unit is MONEY for measure in query.shown)
    return any(isinstance(column.field, MoneyField) for column in listing_of(query).columns)


def usual_period(query: Query) -> str:
    """The period of a file for which none was chosen: that at whose end it counts, or all."""
    axis = next((d for d in query.report.dimensions if is_axis(query.report, d.name)), None)
    if axis is None or query.by[:1] == (axis,):
        return _("all")
    return labelled(axis.heading(query.report.model), query.label(axis, query.last_period))
