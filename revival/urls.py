"""The catalogue of pages."""

from django.contrib import admin
from django.urls import include, path

from revival import catalogue
from revival.accounts.admin_strict import not_found_view
from revival.collection import asking, waiting
from revival.collection.board import records
from revival.collection.board import views as board
from revival.collection.monthly import views as monthly
from revival.evaluation import views as evaluation
from revival.home import views as home
from revival.importing import files
from revival.importing import views as importing
from revival.pages import matrix, search
from revival.pages import record as pages
from revival.publishing import views as publishing
from revival.reporting import views as reporting
from revival.serving import health

handler500 = "revival.serving.faults.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("reports/<slug:name>/", reporting.report, {"find": catalogue.report}, name="report"),
    path("enterprises/<int:pk>/", pages.enterprise, name="enterprise"),
    path("projects/<int:pk>/", pages.project, name="project"),
    path("board/", board.board, name="board"),
    path("board/records/", records.records, name="board-records"),
    path("policies/", matrix.matrix, name="policy-matrix"),
    path("register/", publishing.register, name="register"),
    path("evaluation/<slug:subject>/", evaluation.evaluation, name="evaluation"),
    path("evaluation/<slug:subject>/<slug:key>/", evaluation.score, name="evaluation-score"),
    path("extension/<str:period>/", asking.extension, name="extension"),
    path("import/", importing.index, {"specs": catalogue.IMPORTS}, name="imports"),
    path("import/<int:pk>/", importing.one, {"find": catalogue.import_spec}, name="import"),
    path("import/<int:pk>/rejected/", files.rejected, {"find": catalogue.import_spec}, name="import-rejected"),
    path("import/<int:pk>/rows.xlsx", files.pile, {"find": catalogue.import_spec}, name="import-rows"),
    path("import/<slug:name>/", importing.kind, {"find": catalogue.import_spec}, name="import-kind"),
    path("import/<slug:name>/records.xlsx", files.editing, {"find": catalogue.import_spec}, name="import-editing"),
    path("import/<slug:name>/template.xlsx", files.template, {"find": catalogue.import_spec}, name="import-template"),
    path("inbox/", waiting.inbox, name="inbox"),
    path("monthly/<str:period>/", monthly.monthly, name="monthly"),
    path("search/", search.search, name="search"),
    path("accounts/", include("revival.accounts.urls")),
    # The short cut of the admin from a type and a key to a record knows no scope.
    path("admin/r/<path:rest>", not_found_view),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
]
