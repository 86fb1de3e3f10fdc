"""The cells of the admin's lists: each has the label of its column, which a narrow screen shows before the value."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.punctuation import labelled


def labelled_column(pages: Any, column: Any) -> Callable[[Any], str]:
    """A column that shows what the declared one shows, and is headed and sorted as that is."""
    label, attr = label_for_field(column, pages.model, pages, return_attr=True)
    words = labelled(capfirst(str(label)), "")

    def show(row: Any) -> str:
        return format_html('<span data-label="{}">{}</span>', words, shown_value(pages, column, row))

    named: Any = show
    named.__name__ = column if isinstance(column, str) else column.__name__
    named.short_description = label
    named.admin_order_field = column if attr is None else order_of(attr, column)
    return show


def order_of(attr: Any, column: Any) -> Any:
    """What a column that is no field of the model is sorted by; None if it is not sorted."""
    path = column if isinstance(column, str) and "__" in column.strip("_") else None
    return getattr(attr, "admin_order_field", path)


def shown_value(pages: Any, column: Any, row: Any) -> Any:
    """What Django's list shows of the row in the column; of yes and no an icon that says so in the reader's words."""
    empty = pages.get_empty_value_display()
    try:
        field, attr, value = lookup_field(column, row, pages)
    except ObjectDoesNotExist:
        return empty
    if isinstance(value, str) and not value.strip():
        value = ""
    if field is None or field.auto_created:
        if getattr(attr, "boolean", False):
            return icon(value)
        return display_for_value(value, getattr(attr, "empty_value_display", empty))
    if isinstance(field, models.BooleanField):
        return icon(value)
    if isinstance(field.remote_field, models.ManyToOneRel):
        related = getattr(row, field.name)
        return empty if related is None else related
    return display_for_field(value, field, empty, avoid_link=True)


def icon(value: Any) -> str:
    """The admin's icon for yes or no."""
    name, words = ("yes", _("Yes")) if value else ("no", _("No"))
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), words)
