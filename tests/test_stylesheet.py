"""The colours of the stylesheet are readable in both schemes, and both ways to the dark one agree."""

import re
from pathlib import Path

import pytest
from django.contrib import admin

ROOT = Path(__file__).resolve().parent.parent
SHEET = ROOT / "revival/static/revival/revival.css"
ADMIN = Path(admin.__file__).parent / "static/admin/css/base.css"
SCHEMES = {
    "light": r'html\[data-theme="light"\], :root \{(.*?)\}',
    "dark": r'html\[data-theme="dark"\] \{(.*?)\}',
    "dark by browser": r"prefers-color-scheme: dark\).*?:root \{(.*?)\}",
}
GROUNDS = ("body-bg", "darkened-bg", "selected-bg", "selected-row")
NOTICES = ("message-success-bg", "message-warning-bg", "message-error-bg")
TEXT = (
    *[(ink, ground) for ground in GROUNDS for ink in ("body-fg", "body-quiet-color", "body-medium-color", "link-fg")],
    *[("body-fg", ground) for ground in NOTICES],
    *[("error-fg", ground) for ground in ("body-bg", "darkened-bg")],
    *[("header-color", "header-bg"), ("header-link-color", "header-bg"), ("button-fg", "button-bg")],
    *[
        ("button-fg", "button-hover-bg"),
        ("breadcrumbs-fg", "breadcrumbs-bg"),
        ("breadcrumbs-link-fg", "breadcrumbs-bg"),
    ],
    *[("primary-fg", "primary")],
    *[("low-ink", f"level-{step}") for step in "abc"],
    *[("high-ink", f"level-{step}") for step in "de"],
)
CONTROLS = (("control", "body-bg"), ("control", "darkened-bg"), ("link-fg", "selected-bg"))
CHARTS = tuple((f"series-{step}", "body-bg") for step in "abcde")


def colours(scheme: str) -> dict[str, str]:
    """The six-digit colours of a scheme, on top of the admin's own."""
    block = re.search(SCHEMES[scheme], SHEET.read_text(encoding="utf-8"), re.S)
    assert block
    found: dict[str, str] = {}
    for text in (ADMIN.read_text(encoding="utf-8"), block[1]):
        for name, value in re.findall(r"--([a-z-]+):\s*#([0-9a-f]{3}|[0-9a-f]{6});", text, re.I):
            found[name] = value if len(value) == 6 else "".join(2 * digit for digit in value)
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (CONTROLS, 3.0), (CHARTS, 3.0)])
def test_contrast(scheme: str, pairs: tuple[tuple[str, str], ...], least: float) -> None:
    """Text has 4.5:1 on each of its backgrounds, controls have 3:1 (WCAG 2.2 AA)."""
    found = colours(scheme)
    weak = {pair: round(contrast(found[pair[0]], found[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < least} == {}


def test_dark_by_choice_and_by_browser_agree() -> None:
    """The dark colours are written twice and agree."""
    assert colours("dark") == colours("dark by browser")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shades_stand_out_as_the_chart_of_tiles_says(scheme: str) -> None:
    """The chart's description of its shades is true in both schemes."""
    found = colours(scheme)
    steps = [contrast(found[f"level-{step}"], found["body-bg"]) for step in "abcde"]
    assert steps == sorted(set(steps))
    description = (ROOT / "revival/home/charts.py").read_text(encoding="utf-8")
    assert "The more a tile stands out" in description
    assert not re.search("darker|lighter", description, re.I)


def test_stylesheet_is_one_file_of_reasonable_length() -> None:
    """It fetches nothing from elsewhere and stays under 350 lines."""
    text = SHEET.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 350
    assert not re.search(r"url\(|@import|https?:", text)
