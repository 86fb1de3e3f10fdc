"""The pages of imports: the kinds, the files that wait, and one file from its first row to the record it became."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from revival.accounts.kept import only_shown
from revival.accounts.models import Official
from revival.accounts.requests import official
from revival.accounts.views import signed_in
from revival.importing.answers import keep_answers
from revival.importing.columns import import_columns
from revival.importing.models import Import, Outcome
from revival.importing.preview import (
    PAGE,
    import_effect,
    pile_rows,
    piles,
    preview_rows,
    question_groups,
    record_urls,
)
from revival.importing.reading.limits import Limits
from revival.importing.spec import ImportSpec
from revival.importing.steps import LIVE, bring_file, cancel_import, read_again, read_step, sample_rows
from revival.importing.writing import (
    Overruled,
    Overtaken,
    may_import,
    undo_import,
    undo_problem,
    write_import,
)
from revival.records.review import may
from revival.reporting.params import Params, answers_bad_queries

FEW = 1_000  # rows of an import whose effect on the totals is shown without asking
RECENT = 50
ANSWER, LONGEST_LINE = "answer-", 10  # fields of answers by line, and the digits that no line has
FIRST = 5  # wrong rows that are told above the confirmation
Find = Callable[[str], ImportSpec]


class BringForm(forms.Form):
    """A file, or cells that are pasted."""

    file = forms.FileField(
        required=False,
        label=pgettext_lazy("import", "File"),
        help_text=gettext_lazy("XLSX, XLS, XLSB, ODS, or text as CSV, up to 50 MB and 200,000 rows."),
    )
    cells = forms.CharField(
        required=False,
        label=gettext_lazy("Or cells copied from a spreadsheet, with their headings"),
        widget=forms.Textarea(attrs={"rows": 6, "wrap": "off"}),
        strip=False,
    )
    again = forms.BooleanField(
        required=False, label=gettext_lazy("Compare it anew, although the same file was imported before")
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file, cells = cleaned.get("file"), cleaned.get("cells", "")
        if not self.errors and bool(file) == bool(cells.strip()):
            raise ValidationError(_("Choose a file, or paste cells; one of the two."))
        if file and file.size > Limits().size:
            most = f"{Limits().size // 2**20} MB"
            self.add_error(
                "file", _("The file is larger than %(most)s. Send its rows in several files.") % {"most": most}
            )
        return cleaned


@require_safe
@login_required
def index(request: HttpRequest, specs: Sequence[ImportSpec]) -> HttpResponse:
    """The kinds that the official may import, the files that wait for them, and what was imported."""
    user = official(request)
    kinds = [spec for spec in specs if may_import(user, spec)]
    if not kinds:
        raise PermissionDenied
    titles = {spec.name: spec.title for spec in specs}
    seen = visible_imports(user).defer("notes", "headings", "columns", "units")
    waiting = seen.filter(official=user, state__in=(Import.State.READING, Import.State.CHECKED))
    done = seen.exclude(pk__in=[each.pk for each in waiting])[:RECENT]
    context = {"kinds": kinds, "waiting": named(waiting, titles), "done": named(done, titles)}
    return render(request, "importing/index.html", context)


def visible_imports(user: Official) -> QuerySet[Import]:
    """The imports that were brought for the reader's region, whose records all lie in it."""
    regions = type(user.region).objects.below(user.region)
    return Import.objects.select_related("official__region__city").filter(region__in=regions)


def named(imports: Any, titles: dict[str, str]) -> list[tuple[Import, str]]:
    """The imports with the titles of their kinds."""
    return [(each, titles.get(each.kind, each.kind)) for each in imports]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def kind(request: HttpRequest, name: str, find: Find) -> HttpResponse:
    """The page of a kind: a file or pasted cells are brought here."""
    spec, user = find_kind(name, find, request), official(request)
    shown = only_shown(request.POST)  # what was pasted before the session had gone
    data = (
        {"initial": request.POST.dict()} if shown else {"data": request.POST or None, "files": request.FILES or None}
    )
    form = BringForm(**data, label_suffix="")
    if request.method == "POST" and not shown and form.is_valid():
        file = form.cleaned_data["file"]
        cells = form.cleaned_data["cells"]
        title = file.name if file else _("Pasted cells")
        again = form.cleaned_data["again"]
        of, made = bring_file(spec, user, title, file or BytesIO(cells.encode()), again=again)
        if not made and of.state == Import.State.DONE:
            said = _("This file was imported before, and this became of it. To compare it anew, tick “%(label)s”.")
            messages.info(request, said % {"label": form.fields["again"].label})
        if made:
            read_step(of, spec)
        return HttpResponseRedirect(of.get_absolute_url())
    own = [(each, spec.title) for each in visible_imports(user).filter(kind=spec.name)[:RECENT]]
    context = {
        "spec": spec,
        "form": form,
        "columns": import_columns(spec),
        "imports": own,
    }
    return render(request, "importing/kind.html", context, status=400 if form.errors else 200)


def find_kind(name: str, find: Find, request: HttpRequest) -> ImportSpec:
    """The kind of that name. Raises Http404 where there is none and PermissionDenied where it is not the reader's."""
    try:
        spec = find(name)
    except LookupError:
        raise Http404 from None
    if not may_import(official(request), spec):
        raise PermissionDenied
    return spec


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@answers_bad_queries
def one(request: HttpRequest, pk: int, find: Find) -> HttpResponse:
    """The page of one import: how far it is read, its preview, or what became of it."""
    of = visible_imports(official(request)).filter(pk=pk).first()
    if of is None:
        raise Http404
    spec = find_kind(of.kind, find, request)
    if request.method == "POST":
        if of.official_id != official(request).pk:
            raise PermissionDenied
        if only_shown(request.POST):
            return import_page(request, of, spec)
        return posted(request, of, spec)
    return import_page(request, of, spec)


def posted(request: HttpRequest, of: Import, spec: ImportSpec) -> HttpResponse:
    """Take the step that a button of the page asks for, and show the page again."""
    acts: dict[str, Callable[[HttpRequest, Import, ImportSpec], None]] = {
        "read": go_on,
        "answer": answer_questions,
        "confirm": confirm,
        "cancel": cancel,
        "undo": undo,
    }
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        act(request, of, spec)
    except ValidationError as refused:
        for message in refused.messages:
            messages.error(request, message)
    return HttpResponseRedirect(request.get_full_path())


def go_on(request: HttpRequest, of: Import, spec: ImportSpec) -> None:
    """Read further rows of the file."""
    read_step(of, spec)


def answer_questions(request: HttpRequest, of: Import, spec: ImportSpec) -> None:
    """Keep the answers: one for a row, or one reason for all questions of a kind."""
    typed = ((name.removeprefix(ANSWER), text) for name, text in request.POST.items() if name.startswith(ANSWER))
    answers = {int(line): str(text).strip() for line, text in typed if line.isdecimal() and len(line) < LONGEST_LINE}
    reason, group = request.POST.get("reason", "").strip(), request.POST.get("group", "")
    count = keep_answers(of, spec, answers, group, reason)
    messages.success(request, _("Answers kept: %(count)d.") % {"count": count})


def confirm(request: HttpRequest, of: Import, spec: ImportSpec) -> None:
    """Write the import."""
    submit, keep_going = (request.POST.get(name) == "1" for name in ("submit", "keep_going"))
    try:
        of = write_import(of, spec, official(request), submit=submit, keep_going=keep_going)
    except Overtaken:
        read_step(read_again(of), spec)
        said = _(
            "Nothing was written: others have changed records of the file meanwhile. Look at the new comparison."
        )
        raise ValidationError(said) from None
    except Overruled as refused:
        read_step(read_again(of), spec)
        raise ValidationError(
            [*refused.messages, _("The file has been compared anew with what is stored.")]
        ) from None
    said = _("Imported: %(new)d new, %(changed)d changed.")
    messages.success(request, said % {"new": of.new, "changed": of.changed})


def cancel(request: HttpRequest, of: Import, spec: ImportSpec) -> None:
    cancel_import(of)


def undo(request: HttpRequest, of: Import, spec: ImportSpec) -> None:
    undo_import(of, spec, official(request))


def import_page(request: HttpRequest, of: Import, spec: ImportSpec) -> HttpResponse:
    """The page of an import in its present state."""
    user = official(request)
    params = Params(request.GET, {"show": _("Rows"), "page": _("Page"), "effect": _("Effect on the totals")})
    found = piles(of)
    first = next((pile.name for pile in found if pile.rows), found[0].name)
    name = params.one_of("show", [pile.name for pile in found]) or first
    number = params.number("page") or 1
    params.check()
    rows = pile_rows(of, name)
    count = next(pile.rows for pile in found if pile.name == name)
    last = max(1, -(-count // PAGE))
    page = min(number, last)
    shown = list(rows[(page - 1) * PAGE : page * PAGE])
    for row in shown:  # an answer that was typed before the session had gone
        row.answer = request.POST.get(f"{ANSWER}{row.line}", row.answer)
    own = of.official_id == user.pk
    context: dict[str, Any] = {
        "import": of,
        "spec": spec,
        "became": what_became(of, own),
        "reading": of.state == Import.State.READING and own,
        "piles": [(pile, pile.name == name) for pile in found],
        "shown": name,
        "rows": preview_rows(shown, spec, user, record_urls(of, spec, shown)),
        "count": count,
        "page": page,
        "last": last,
        "sample": sample_rows(of),
        "heads": heads(of, spec),
        "separator": separator_name(of.separator),
        "may_undo": own and of.state == Import.State.DONE and not undo_problem(of, spec, user),
        "live": of.state in LIVE,
    }
    if own and of.state == Import.State.CHECKED:
        context |= confirm_context(request, of, spec)
    return render(request, "importing/import.html", context)


def confirm_context(request: HttpRequest, of: Import, spec: ImportSpec) -> dict[str, Any]:
    """What the official reads who is to confirm: what is wrong, what is asked, and what the totals become."""
    user = official(request)
    writes = of.new + of.changed
    return {
        "checked": True,
        "wrong": preview_rows(list(pile_rows(of, Outcome.WRONG.value)[:FIRST]), spec, user) if of.wrong else [],
        "groups": question_groups(of),
        "reason": request.POST.get("reason", ""),
        "effects": import_effect(of, spec, user) if writes <= FEW or "effect" in request.GET else None,
        "writes": writes,
        "may_submit": may(user, "submit", spec.model),
    }


def what_became(of: Import, own: bool) -> str:
    """What became of an import, for a reader who has nothing to do about it any more; empty for the others."""
    if of.state == Import.State.DONE:
        said = _("Imported as submitted records at %(at)s.") if of.submitted else _("Imported as drafts at %(at)s.")
        return said % {"at": moment(of.done_at)}
    if of.state == Import.State.UNDONE:
        return _("Taken back at %(at)s. Its new records are deleted, its changes are undone.") % {
            "at": moment(of.undone_at)
        }
    if of.state == Import.State.CANCELLED:
        return _("The file was dropped. Nothing was written.")
    if own or of.state == Import.State.REFUSED:
        return ""
    return _("Nothing is written yet: %(official)s has not confirmed the file.") % {"official": of.official}


def moment(at: datetime | None) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M}" if at else ""


def separator_name(separator: str) -> str:
    """The separator of a text, in words where it cannot be seen."""
    names = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}
    return names.get(separator, separator)


def heads(of: Import, spec: ImportSpec) -> list[tuple[str, str]]:
    """The headings of the file, each with the column that it is taken for; empty for one that is not read."""
    labels = {each.path: each.label for each in import_columns(spec)}
    return [(text, labels.get(path, "")) for text, path in zip(of.headings, of.columns, strict=True)]
