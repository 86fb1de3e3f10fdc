"""The report library: a declaration becomes filters, totals, roll-up, cross-tab, table and files."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "revival.reporting"
    label = "reporting"
