"""Files of imports: the template of a kind, records for editing, and the wrong rows with the reasons."""

import csv
import io
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from revival.accounts.models import Official, Region
from revival.accounts.requests import official
from revival.importing.columns import NUMBER, CellKind, ImportColumn, import_columns
from revival.importing.models import Import, Outcome
from revival.importing.preview import pile_rows, piles, preview_rows
from revival.importing.related import codes_of, names_of
from revival.importing.spec import ImportSpec
from revival.importing.steps import LIVE
from revival.importing.views import Find, find_kind, visible_imports
from revival.importing.words import error_sentence
from revival.punctuation import listed
from revival.records.display import choosable_rows
from revival.records.entry import WAN
from revival.records.models import Reviewed
from revival.reporting.columns import BOM, GUARD, formula_safe_text
from revival.reporting.files import Blocks, content_disposition, export_blocks, export_entry
from revival.reporting.params import Params, answers_bad_queries
from revival.reporting.xlsx import Sheet, SheetColumn, plain_sheet, xlsx_blocks

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 1_000
WORKBOOKS = ("xlsx", "xls", "xlsb", "ods")
SAMPLES: dict[CellKind, Callable[[], Any]] = {
    CellKind.AMOUNT: lambda: Decimal("1234.5"),
    CellKind.COUNT: lambda: 12,
    CellKind.YEAR: lambda: timezone.localdate().year,
    CellKind.AREA: lambda: Decimal("123.45"),
    CellKind.NUMBER: lambda: Decimal("1.5"),
    CellKind.DAY: timezone.localdate,
    CellKind.MONTH: lambda: f"{timezone.localdate():%Y-%m}",
}


def reason_heading() -> str:
    """The heading of the column that says why a row is wrong."""
    return _("Reason")


def file_columns(spec: ImportSpec) -> list[ImportColumn]:
    """The columns of a template: those that a record needs, and those that tell records apart that have no code."""
    named = {f"{name}__{each}" for name, some in spec.cites.items() for each in some}
    return [each for each in import_columns(spec) if not each.cites or each.path in named]


@require_safe
@login_required
def template(request: HttpRequest, name: str, find: Find) -> HttpResponseBase:
    """An empty workbook of a kind, with a sample row, and a sheet of the codes and names that it takes."""
    spec, user = find_kind(name, find, request), official(request)
    columns = [each for each in file_columns(spec) if each.path != NUMBER]
    return workbook_response(request, f"{spec.name}-template", lambda: template_sheets(spec, columns, user))


def template_sheets(spec: ImportSpec, columns: Sequence[ImportColumn], user: Official) -> Iterator[Sheet]:
    """The sheet to fill in, and that of codes and names."""
    heads = [SheetColumn(each.label, required=each.needed) for each in columns]
    yield plain_sheet(spec.title, heads, [sample_row(columns, user)])
    codes = [SheetColumn(_("Column")), SheetColumn(_("Code")), SheetColumn(_("Name"))]
    yield plain_sheet(_("Codes and names"), codes, code_rows(columns, user))


def sample_row(columns: Sequence[ImportColumn], user: Official) -> list[Any]:
    """A row that shows what the columns take. It is skipped when it is left in, by what it begins with."""
    row = [sample_cell(each, user) for each in columns]
    row[0] = _("Sample: this row is skipped")
    return row


def sample_cell(column: ImportColumn, user: Official) -> Any:
    if column.kind in SAMPLES:
        return SAMPLES[column.kind]()
    if column.choices:
        return column.choices[0][1]
    if column.kind == CellKind.RECORD and column.field.related_model is Region:
        return str(user.region)
    return _("code or name") if column.kind == CellKind.RECORD else _("text")


def code_rows(columns: Sequence[ImportColumn], user: Official) -> Iterator[list[str]]:
    """The accepted codes with their names, by column."""
    for column in columns:
        if column.choices:
            yield from ([column.plain_label, key, label] for key, label in column.choices)
        elif column.kind == CellKind.RECORD and not issubclass(column.field.related_model, Reviewed):
            rows = choosable_rows(column.field.related_model, user).order_by("pk")
            yield from ([column.plain_label, str(row.pk), str(row)] for row in rows)


@require_safe
@login_required
def editing(request: HttpRequest, name: str, find: Find) -> HttpResponseBase:
    """The records of a list of data entry as a workbook that can be edited and imported again."""
    spec, user = find_kind(name, find, request), official(request)
    rows = editable_rows(request, spec, user)
    return workbook_response(request, spec.name, lambda: editing_sheets(spec, rows))


def editable_rows(request: HttpRequest, spec: ImportSpec, user: Official) -> Any:
    """The records of the official's region that the list of data entry finds with the same address."""
    rows: Any = spec.model._default_manager.all()
    own = rows.visible_to(user)
    if request.GET and admin.site.is_registered(spec.model):
        try:
            found = admin.site.get_model_admin(spec.model).get_changelist_instance(request).queryset
        except IncorrectLookupParameters as wrong:
            raise BadRequest("not a filter of the list") from wrong
        own = own.filter(pk__in=found.order_by().values("pk"))
    cited = [f.name for f in spec.model._meta.concrete_fields if f.is_relation and f.editable]
    return own.named().select_related(*cited, "region__city").order_by("pk")


def editing_sheets(spec: ImportSpec, rows: Any) -> Iterator[Sheet]:
    columns = file_columns(spec)
    heads = [SheetColumn(each.label, required=each.needed) for each in columns]
    cells = ([kept_text(editing_cell(each, row)) for each in columns] for row in rows.iterator(chunk_size=CHUNK))
    yield plain_sheet(spec.title, heads, cells)


def kept_text(value: Any) -> Any:
    """The value as a workbook holds it: the import takes one ' away, which guards texts of CSV saved as workbooks."""
    return formula_safe_text(value) if isinstance(value, str) and value.startswith(GUARD) else value


def editing_cell(column: ImportColumn, row: Any) -> Any:
    """The value of a record as a file shows it and the import reads it."""
    if column.path == NUMBER:
        return row.pk
    if column.cites:
        row = getattr(row, column.name)
        return None if row is None else cell_of(column, getattr(row, column.cites))
    if column.kind == CellKind.MONTH:
        return f"{row.year}-{getattr(row, column.path):02}"
    return cell_of(column, getattr(row, column.path))


def cell_of(column: ImportColumn, value: Any) -> Any:
    """A value in a cell: labels of choices, amounts in 万元, records by their codes."""
    if value is None or value == "":
        return None
    if column.kind == CellKind.AMOUNT:
        return (value / WAN).normalize()
    if column.kind == CellKind.TAGS:
        labels = dict(column.choices)
        return listed(labels[each] for each in value)
    if column.choices:
        return dict(column.choices)[str(value)]
    if column.kind == CellKind.RECORD:
        if isinstance(value, Region):
            return str(value)
        model: Any = type(value)
        names = codes_of(model) or (["pk"] if not isinstance(value, Reviewed) else names_of(model))
        return str(getattr(value, names[0])) if names else f"#{value.pk}"
    return value


@require_safe
@login_required
def rejected(request: HttpRequest, pk: int, find: Find) -> HttpResponseBase:
    """The wrong rows of a file as they were, with the reasons behind them; corrected, they complete the import."""
    of = visible_imports(official(request)).filter(pk=pk).first()
    if of is None or not of.wrong:
        raise Http404
    spec = find_kind(of.kind, find, request)
    name = f"{stem_of(of)}-{capfirst(_('wrong rows'))}"
    heads = [*of.headings, reason_heading()]
    if of.format in WORKBOOKS:
        columns = [SheetColumn(text) for text in heads]
        return workbook_response(
            request, name, lambda: iter([plain_sheet(of.sheet or spec.title, columns, kept_rows(of))])
        )
    return streamed(request, f"{name}.csv", "text/csv; charset=utf-8", csv_blocks(heads, wrong_rows(of)))


def kept_rows(of: Import) -> Iterator[list[str]]:
    """The wrong rows as a workbook holds them."""
    return ([kept_text(cell) for cell in cells] for cells in wrong_rows(of))


def wrong_rows(of: Import) -> Iterator[list[str]]:
    """The cells of the wrong rows, as many as there are headings, and the reasons."""
    width = len(of.headings)
    for row in of.rows.filter(outcome=Outcome.WRONG).order_by("line").iterator(chunk_size=CHUNK):
        cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
        yield [*cells, " ".join(error_sentence(each) for each in row.errors or ())]


@require_safe
@login_required
@answers_bad_queries
def pile(request: HttpRequest, pk: int, find: Find) -> HttpResponseBase:
    """The rows of the preview that become one thing, as the page shows them: a line for each value or reason."""
    of = visible_imports(official(request)).filter(pk=pk, state__in=LIVE).first()
    if of is None:
        raise Http404
    spec = find_kind(of.kind, find, request)
    params = Params(request.GET, {"show": _("Rows")})
    labels = {each.name: each.label for each in piles(of)}
    name = params.one_of("show", [*labels])
    params.check()
    if not name:
        raise Http404
    lines = pile_lines(of, name, spec, official(request))
    heads = [SheetColumn(text) for text in pile_heads()]
    return workbook_response(
        request, f"{stem_of(of)}-{labels[name]}", lambda: iter([plain_sheet(labels[name], heads, lines)])
    )


def pile_heads() -> list[str]:
    """The headings of the rows of a preview."""
    row = pgettext("of a file", "Row")
    return [row, _("Record"), _("Field"), _("Before"), _("After"), _("Question or reason"), _("Why it is right")]


def pile_lines(of: Import, name: str, spec: ImportSpec, user: Official) -> Iterator[list[Any]]:
    """The values, questions and reasons of the rows of a pile; a row that has none of them still has its line."""
    rows = pile_rows(of, name).iterator(chunk_size=CHUNK)
    while batch := list(islice(rows, CHUNK)):
        for each in preview_rows(batch, spec, user):
            first = [each.row.line, each.name]
            lines = [[line.label, line.before, line.value, None, None] for line in each.lines]
            lines += [[None, None, None, sentence, None] for sentence in each.errors]
            lines += [
                [asked["label"], None, None, asked["sentence"], each.row.answer or None]
                for asked in each.row.questions or ()
            ]
            yield from ([*first, *line] for line in lines or [[None] * 5])


def stem_of(of: Import) -> str:
    """The name of the file without what its kind adds."""
    return of.name.rpartition(".")[0] or of.name


def csv_blocks(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Blocks:
    """A CSV file that the import and spreadsheets read."""
    count = 0
    yield BOM.encode() + csv_line(heads)
    for row in rows:
        count += 1
        yield csv_line(row)
    return count


def csv_line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([formula_safe_text(cell) for cell in cells])
    return out.getvalue().encode()


def workbook_response(request: HttpRequest, name: str, sheets: Callable[[], Iterator[Sheet]]) -> HttpResponseBase:
    def blocks() -> Generator[bytes, None, int]:
        yield from xlsx_blocks(sheets())
        return 0

    return streamed(request, f"{name}.xlsx", XLSX, blocks())


def streamed(request: HttpRequest, name: str, content_type: str, blocks: Blocks) -> StreamingHttpResponse:
    """The file as a download, which is logged once it is whole."""
    file = export_blocks(blocks, export_entry(request))
    next(file)
    response = StreamingHttpResponse(file)
    response["Content-Type"] = content_type
    response["Content-Disposition"] = content_disposition(name)
    return response
