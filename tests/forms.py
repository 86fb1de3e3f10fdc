"""The fields of a page's form as a browser would post them, read from its HTML."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse


class Fields(HTMLParser):
    """Names and values of a page's fields that are not disabled, as a browser sends them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self.select, self.area = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value")
        if tag == "option" and self.select and ("selected" in given or self.select not in self.values):
            self.values[self.select] = value or ""
        if "disabled" in given or not name:
            return
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            self.values[name] = ""
        elif tag == "input" and given.get("type") == "checkbox":
            if "checked" in given:
                self.values.setdefault(name, []).append(value or "on")
        elif tag == "input" and given.get("type") == "radio":
            if "checked" in given:
                self.values[name] = value or "on"
        elif tag == "input" and given.get("type") not in ("submit", "button", "search"):
            self.values[name] = value or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data


def fields(response: Any) -> dict[str, Any]:
    """The form of a page as it would be posted unchanged. The row that scripts copy is left out."""
    parser = Fields()
    parser.feed(response.content.decode())
    return {name: value for name, value in parser.values.items() if "__prefix__" not in name}


def errors(response: Any) -> dict[str, list[str]]:
    """The messages of a page's form by field, and those of its rows by the row's fields."""
    found = dict(response.context["adminform"].form.errors.items())
    for rows in response.context["inline_admin_formsets"]:
        for number, row in enumerate(rows.formset.forms):
            found |= {f"{number}-{name}": messages for name, messages in row.errors.items()}
    return found


def seen(*rows: Any) -> str:
    """The keys and versions that the deletion page of these rows posts, as the rows are now."""
    return " ".join(f"{row.pk}:{type(row).objects.get(pk=row.pk).version}" for row in rows)


def deletion(row: Any) -> dict[str, Any]:
    """The post of the page that asks to delete the row as it is now."""
    return {"post": "yes", "version": type(row).objects.get(pk=row.pk).version}


def url(row: Any, page: str = "change") -> str:
    """The address of a record's page in the admin."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def save(page: Client, row: Any, **typed: Any) -> Any:
    """Open the page of a record, change the fields and post it."""
    return page.post(url(row), fields(page.get(url(row))) | typed)
