"""Each template states in its head its purpose, its blocks and the names it expects, and the head is right."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.base import FilterExpression, Node, NodeList, Token, TokenType, Variable
from django.template.loader_tags import BlockNode
from django.template.smartif import TokenBase

FOLDER = Path(settings.BASE_DIR) / "revival" / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
# Lines before {% extends %}, which must be the first tag, or elsewhere a comment that leaves no blank line.
HEAD = re.compile(r"(\{# .+ #\}\n){1,3}(?!\{#)|\{% comment %\}\n(.+\n){1,3}\{% endcomment %\}")
EVERYWHERE = {"block", "forloop", "request", "user", "None", "True", "False"}  # given by Django


def head(text: str) -> str:
    """The comment that a template begins with, "" without one or with a longer one."""
    found = HEAD.match(text)
    return found[0] if found else ""


def flat(text: str) -> str:
    """The words of a comment in one line."""
    return " ".join(re.sub(r"[{%#}]+", " ", text).split())


def names_in(part: object) -> Iterator[str]:
    """The first names of all variables in a part of a compiled template."""
    if isinstance(part, Variable):
        yield from (part.lookups or ())[:1]
    elif isinstance(part, Token):
        if part.token_type == TokenType.VAR:
            yield re.split(r"\W", part.contents)[0]
    elif isinstance(part, dict):
        yield from names_in(list(part.values()))
    elif isinstance(part, list | tuple | NodeList):
        for each in part:
            yield from names_in(each)
    elif isinstance(part, FilterExpression):
        yield from names_in([part.var, part.filters])
    elif isinstance(part, Node | TokenBase):
        yield from names_in([value for key, value in vars(part).items() if key != "parent_name"])


def names_bound(nodes: NodeList) -> Iterator[str]:
    """The names that the tags of a template give themselves."""
    for node in nodes.get_nodes_by_type(Node):
        yield from getattr(node, "loopvars", ())
        yield from getattr(node, "extra_context", None) or ()
        found = [getattr(node, key, None) for key in ("asvar", "var_name", "variable", "countervar")]
        yield from (name for name in found if isinstance(name, str))


def unsaid(text: str) -> set[str]:
    """The blocks and the names of the context that a template uses and its head leaves out."""
    nodes = engines["django"].from_string(text).template.nodelist  # type: ignore[attr-defined]
    blocks = {node.name for node in nodes.get_nodes_by_type(BlockNode)}
    context = set(names_in(nodes)) - set(names_bound(nodes)) - EVERYWHERE
    return (blocks | context) - set(re.findall(r"[\w-]+", head(text)))


def test_each_template_has_a_head() -> None:
    """The head has one to three lines with purpose, blocks and context."""
    texts = {name: head((FOLDER / name).read_text(encoding="utf-8")) for name in TEMPLATES}
    assert len(texts) > 50
    assert [
        name for name, text in texts.items() if not re.search(r"\. Blocks?: .+\. Context: .+\.", flat(text))
    ] == []


def test_heads_name_all_that_their_templates_use() -> None:
    """A template uses no block and no name of the context that its head leaves out."""
    found = {name: unsaid((FOLDER / name).read_text(encoding="utf-8")) for name in TEMPLATES}
    assert {name: names for name, names in found.items() if names} == {}


PLANTED = """{# A page. Block: content. Context: title, rows. #}
{% extends "base.html" %}{% load i18n %}
{% block content %}{{ title }}{% for row in rows %}{{ row.name }}{% if TEST %}x{% endif %}{% endfor %}{% endblock %}
"""


@pytest.mark.parametrize("used", ["asked", "rows|default:asked", "row.name"])
def test_a_planted_name_is_found(used: str) -> None:
    """The rule can fail for a name of a condition or an argument, and not for one that a tag sets."""
    assert unsaid(PLANTED.replace("TEST", used)) == ({"asked"} if "asked" in used else set())
    assert unsaid(PLANTED.replace("Block: content. ", "").replace("TEST", "rows")) == {"content"}


def test_heads_are_short() -> None:
    """A head is a comment of at most three lines at the very beginning."""
    assert head(PLANTED) == PLANTED.splitlines(keepends=True)[0]
    assert head("{# a #}\n" * 4) == ""
    assert head("{% comment %}\na\nb\n{% endcomment %}<p>") == "{% comment %}\na\nb\n{% endcomment %}"
    assert head("<p>{# a #}\n") == ""


def test_the_language_sets_the_signs_between_texts() -> None:
    """Colons and brackets between two texts are those of revival/punctuation.py, as Chinese has its own."""
    between = re.compile(r"[%}]\}(</\w+>)?(: | \()\{[{%]")
    found = [
        (name, line.strip()[:100])
        for name in TEMPLATES
        for line in re.sub(
            r"\{% blocktranslate.*?endblocktranslate %\}", "", (FOLDER / name).read_text(encoding="utf-8"), flags=re.S
        ).splitlines()
        if between.search(line)
    ]
    assert found == []
    assert between.search("<b>{% translate 'Refused' %}</b> ({{ state }})")
