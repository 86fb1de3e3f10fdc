"""The rows of a workbook's sheet, made by PostgreSQL: each line of a COPY is a row as XML.

What needs no escape is found for a whole row at once, since nearly every row is like that.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from psycopg import sql

from revival.reporting.sql import SOON, compiled_sql, copied_lines, name
from revival.reporting.xlsx import DAY_ZERO, Tally
from revival.reporting.xlsx_parts import DAY, ESCAPES, FORBIDDEN, HEXADECIMAL, SPECIAL, TEXT, UNDERSCORE

ROW = ord("<")  # the first byte of a row; before it stands the number of characters that were left out


def record_rows(rows: QuerySet[Any], styles: Sequence[int], tally: Tally) -> Generator[bytes, None, None]:
    """The rows of a queryset with the values c0, c1, ..., whose cells have the styles.

    Two statements read them, as those of a CSV file.
    """
    read = 0
    for part in (rows[:SOON], rows[SOON:]):
        for line in copied_lines(*row_statement(part, styles)):
            read += 1
            if line[0] == ROW:
                yield line
            else:
                dropped, _row, row = line.partition(b"<")
                tally.dropped += int(dropped)
                yield b"<" + row
        tally.rows += read
        if read < SOON:
            break
        read = 0


def row_statement(rows: QuerySet[Any], styles: Sequence[int]) -> tuple[sql.Composed, tuple[Any, ...]]:
    """One SELECT of rows as XML around the queryset, and its placeholders' values."""
    inner, params = compiled_sql(rows)
    texts = [column(index) for index, style in enumerate(styles) if style == TEXT]
    plain = sql.SQL("concat({})").format(sql.SQL(", ").join(cells(styles, column)))
    if texts:
        careful = sql.SQL("concat({} - {}, {})").format(
            length_of(texts), length_of([kept(text) for text in texts]), sql.SQL(", ").join(cells(styles, escaped))
        )
        plain = sql.SQL("CASE WHEN concat({}) ~ {} THEN {} ELSE {} END").format(
            sql.SQL(", ").join(texts), sql.Literal(SPECIAL), careful, plain
        )
    return sql.SQL("SELECT {} FROM ({}) r").format(plain, inner), params


def cells(styles: Sequence[int], text: Any) -> Iterator[sql.Composable]:
    """The parts of a row. text: the function to the text of a cell by its place."""
    yield sql.Literal("<row>")
    for index, style in enumerate(styles):
        if style == TEXT:
            filled = sql.SQL("{} || nullif({}, '') || '</t></is></c>'").format(
                sql.Literal(f'<c t="inlineStr" s="{TEXT}"><is><t xml:space="preserve">'), text(index)
            )
        else:
            value = day_number(index) if style == DAY else column(index)
            filled = sql.SQL("{} || {} || '</v></c>'").format(sql.Literal(f'<c s="{style}"><v>'), value)
        yield sql.SQL("coalesce({}, {})").format(filled, sql.Literal(f'<c s="{style}"/>'))
    yield sql.Literal("</row>")


def column(index: int) -> sql.Composable:
    return sql.SQL("r.") + name("c", index)


def day_number(index: int) -> sql.Composed:
    return sql.SQL("({} - {}::date)").format(column(index), sql.Literal(DAY_ZERO.isoformat()))


def kept(text: sql.Composable) -> sql.Composed:
    """A text without what XML forbids."""
    return sql.SQL("regexp_replace({}, {}, '', 'g')").format(text, sql.Literal(f"[{FORBIDDEN}]"))


def escaped(index: int) -> sql.Composable:
    """A text as XML."""
    found = sql.SQL("regexp_replace({}, {}, {}, 'g')").format(
        kept(column(index)), sql.Literal(HEXADECIMAL), sql.Literal(UNDERSCORE)
    )
    for sign, escape in ESCAPES.items():
        found = sql.SQL("replace({}, {}, {})").format(found, sql.Literal(sign), sql.Literal(escape))
    return found


def length_of(texts: Sequence[sql.Composable]) -> sql.Composed:
    return sql.SQL("length(concat({}))").format(sql.SQL(", ").join(texts))
