"""The page of the register, and its file."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from revival.accounts.requests import official
from revival.publishing.asking import RegisterQuestion, register_question
from revival.publishing.register import register_grid, register_lines, register_provenance, state_counts
from revival.punctuation import labelled, listed
from revival.reporting.files import GRIDS, grid_attachment
from revival.reporting.params import answers_bad_queries
from revival.reporting.sql import one_snapshot
from revival.reporting.table import grid_table

VIEW = "publishing.view_publishedfigure"


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
@answers_bad_queries
def register(request: HttpRequest) -> HttpResponse:
    """Published figures next to computed ones. A wrong parameter is answered 400 without any number."""
    with one_snapshot():
        asked = register_question(request.GET)
        found = asked.in_state(register_lines(asked.figures(), official(request)))
    if asked.file:
        about = register_provenance(official(request), listed(labelled(c.title, c.text) for c in asked.chips()))
        return grid_attachment(request, register_grid(found, file=True), asked.file, file_name(asked), about)
    context = {
        "region": official(request).region,
        "table": grid_table(register_grid(found)),
        "summary": state_counts(found),
        "count": len(found),
        "sources": sorted({line.figure.source for line in found}, key=lambda source: source.pk),
        "filters": asked.controls(),
        "chips": asked.chips(),
        "without_filters": request.path,
        "files": [(form.upper(), asked.url(format=[form])) for form in GRIDS],
    }
    return render(request, "publishing/register.html", context)


def file_name(asked: RegisterQuestion) -> str:
    """The name of the file: the register and its filters. All these words are our own."""
    words = ["register", *(f"{name}-{'-'.join(values)}" for name, values in asked.chosen.items())]
    return "_".join(words)[:120]
