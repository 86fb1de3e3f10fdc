"""Evaluation pages: the ranking of industries or cities, and one score opened down to its records."""

import json
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from revival.accounts.models import Official
from revival.accounts.requests import official
from revival.evaluation.asking import OF_A_SCORE, EvaluationQuestion, evaluation_question
from revival.evaluation.models import SystemStatus
from revival.evaluation.normal import rescaled_weights
from revival.evaluation.scores import ScoreReading, SystemResult
from revival.evaluation.statistics import Subject
from revival.evaluation.tables import ComparedResult, ranking_chart, ranking_grid, ranking_json, score_grid
from revival.records.days import FIRST_YEAR
from revival.reporting.files import grid_attachment
from revival.reporting.grid import Grid
from revival.reporting.params import answers_bad_queries
from revival.reporting.query import FORMATS
from revival.reporting.sheets import Provenance
from revival.reporting.sql import one_snapshot
from revival.reporting.table import grid_table

VIEW = "evaluation.view_indexsystem"


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
@answers_bad_queries
def evaluation(request: HttpRequest, subject: str) -> HttpResponse:
    """The part of a ranking that the reader may see. A wrong parameter is answered 400 without any number."""
    if subject not in Subject.values:
        raise Http404
    with one_snapshot():
        found = ranking_answer(request, subject)
    # The snapshot is read-only, and the log of files taken is written after it.
    return found if isinstance(found, HttpResponse) else grid_attachment(request, *found)


def ranking_answer(request: HttpRequest, subject: str) -> HttpResponse | tuple[Grid, str, str, Provenance]:
    """The page, or the table, the format and the name of a file, and what it answers."""
    asked = evaluation_question(subject, request.GET, official(request))
    reading = ScoreReading(subject, official(request))
    result = reading.evaluate(asked.system, asked.year)
    keys = [key for key in result.order if may_see(subject, key, official(request))]
    beside = compared_results(asked, reading)
    urls = {key: score_url(subject, key, asked) for key in keys}
    if asked.format == "json":
        text = json.dumps(ranking_json(result, keys, beside, reading.regions.own.code), ensure_ascii=False)
        return HttpResponse(text, content_type="application/json")
    if asked.format:
        name = f"evaluation-{subject}-{reading.regions.own.code}-{asked.year}-v{asked.system.version}"
        about = ranking_provenance(asked, subject, official(request))
        return ranking_grid(result, keys, beside, urls), asked.format, name, about
    context = page_context(asked, subject, reading) | {
        "table": grid_table(ranking_grid(result, keys, beside, urls)) if keys else None,
        "chart": ranking_chart(result, keys, urls) if keys else None,
        "missing": missing_inputs(result, keys),
        "trial": trial_context(asked, result, keys) if asked.trial else None,
    }
    return render(request, "evaluation/ranking.html", context)


def ranking_provenance(asked: EvaluationQuestion, subject: str, user: Official) -> Provenance:
    """What the file of a ranking answers."""
    more = ((_("Subject"), str(Subject(subject).label)), (_("Version"), str(asked.system.version)))
    return Provenance(_("Evaluation"), user, str(asked.year), more=more)


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
@answers_bad_queries
def score(request: HttpRequest, subject: str, key: str) -> HttpResponse:
    """The page of one score. A subject that the reader may not see is a 404, like one that does not exist."""
    if subject not in Subject.values:
        raise Http404
    with one_snapshot():
        asked = evaluation_question(subject, request.GET, official(request), OF_A_SCORE)
        reading = ScoreReading(subject, official(request))
        if key not in reading.names() or not may_see(subject, key, official(request)):
            raise Http404
        result = reading.evaluate(asked.system, asked.year)
    context = page_context(asked, subject, reading) | {
        "name": result.names[key],
        "rank": result.ranks[key],
        "of": sum(rank is not None for rank in result.ranks.values()),
        "score": result.scores[key],
        "table": grid_table(score_grid(result, key)),
        "missing": missing_inputs(result, [key]),
        "back": reverse("evaluation", args=[subject]) + asked.url(),
    }
    return render(request, "evaluation/score.html", context)


def may_see(subject: str, key: str, user: Official) -> bool:
    """Whether the reader may see the score: of industries always, of cities the province all and a city its own."""
    return subject != Subject.CITIES or user.region.level == "province" or user.region_id == key


def compared_results(asked: EvaluationQuestion, reading: ScoreReading) -> list[ComparedResult]:
    """The results to compare with: the year before under the same version, and the version asked for."""
    found = []
    if asked.year > FIRST_YEAR:
        found.append(ComparedResult(str(asked.year - 1), reading.evaluate(asked.system, asked.year - 1), "previous"))
    if asked.compare:
        title = _("version %(version)s") % {"version": asked.compare.version}
        found.append(ComparedResult(title, reading.evaluate(asked.compare, asked.year), "compared"))
    return found


def score_url(subject: str, key: str, asked: EvaluationQuestion) -> str:
    return reverse("evaluation-score", args=[subject, key]) + asked.url(compare=None, indicator=None, weight=None)


def missing_inputs(result: SystemResult, keys: list[str]) -> list[tuple[str, list[str]]]:
    """Each indicator with a missing input, and the subjects that lack it."""
    found = [
        (each.name, [result.names[key] for key in keys if result.inputs[each.code, key].value is None])
        for each in result.indicators
    ]
    return [(name, where) for name, where in found if where]


def trial_context(asked: EvaluationQuestion, result: SystemResult, keys: list[str]) -> dict[str, Any]:
    """The ranking with one weight changed and the others scaled to make room. Nothing is saved."""
    if asked.trial is None:
        return {}
    indicator, weight = asked.trial
    other = result.weighted(rescaled_weights(result.weights, indicator.code, weight))
    order = [key for key in other.order if key in keys]
    title = _("as it is")
    return {
        "name": indicator.name,
        "weight": weight,
        "was": indicator.weight,
        "table": grid_table(ranking_grid(other, order, [ComparedResult(title, result)], {})),
        "moved": sum(result.ranks[key] != other.ranks[key] for key in keys),
    }


def page_context(asked: EvaluationQuestion, subject: str, reading: ScoreReading) -> dict[str, Any]:
    """The part of the context that both pages need."""
    return {
        "region": reading.regions.own,
        "subject": subject,
        "subjects": [
            (label, reverse("evaluation", args=[value]), value == subject) for value, label in Subject.choices
        ],
        "system": asked.system,
        "draft": asked.system.status == SystemStatus.DRAFT,
        "year": asked.year,
        "years": [(year, asked.url(year=year)) for year in asked.years],
        "versions": [
            (each, asked.url(version=each.version, compare=None, indicator=None, weight=None))
            for each in asked.versions
        ],
        "others": [
            (each, asked.url(compare=each.version)) for each in asked.versions if each.version != asked.system.version
        ],
        "compare": asked.compare,
        "without_compare": asked.url(compare=None),
        "indicators": list(asked.system.indicators.select_related("group")),
        "hidden": [(name, asked.params[name]) for name in ("year", "version", "compare") if asked.params.get(name)],
        "chosen": asked.trial,
        "files": [(form.upper(), asked.url(format=form, indicator=None, weight=None)) for form in FORMATS],
    }
