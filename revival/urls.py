"""The catalogue of pages."""

from django.contrib import admin
from django.urls import include, path

from revival import home
from revival.catalogue import REPORTS
from revival.reporting import views as reporting

urlpatterns = [
    path("", home.home, name="home"),
    path("reports/<slug:name>/", reporting.report, {"reports": REPORTS}, name="report"),
    path("accounts/", include("revival.accounts.urls")),
    path("admin/", admin.site.urls),
    path("healthz", home.healthz, name="healthz"),
]
