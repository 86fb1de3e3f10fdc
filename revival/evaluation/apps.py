"""Index systems that measure the transformation by industry and by city."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    name = "revival.evaluation"
    label = "evaluation"
    verbose_name = _("Evaluation")
