"""The records that rows of a file refer to: by code, by name or by number, found for many rows at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, reduce
from operator import and_, or_
from typing import Any, NamedTuple, cast

from django.db.models import Q
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.importing.words import CellError
from revival.punctuation import listed
from revival.records.display import choice_text, choosable_rows
from revival.records.likeness import folded
from revival.records.models import Reviewed

MOST = 3  # candidates that a message names
WIDTHS = str.maketrans("()（）", "（）()")  # brackets of the other width


class Citation(NamedTuple):
    """What a row says of the record that it refers to: values of it by field; "" for any name, code or number."""

    values: tuple[tuple[str, Any], ...]

    @property
    def text(self) -> str:
        return " · ".join(str(value) for _field, value in self.values)


@cache
def codes_of(model: Any) -> list[str]:
    """The unique codes of a model."""
    return [f.name for f in model._meta.concrete_fields if f.unique and not f.primary_key and f.choices is None]


@cache
def names_of(model: Any) -> list[str]:
    """The names of a model, of reference rows in both languages."""
    own = {f.name for f in model._meta.concrete_fields}
    return [name for name in ("name", "name_zh", "name_en") if name in own]


def code_in(model: Any, name: str, text: str) -> str:
    """The stored spelling of a code."""
    spell = getattr(model, "spelled", {}).get(name)
    return str(spell(text)) if spell else text.strip()


class RelatedRecords:
    """The records of one model that rows of a file refer to. in_file: whether the rows are such records too."""

    def __init__(self, model: Any, user: Official, *, in_file: bool = False) -> None:
        self.model, self.user, self.in_file = model, user, in_file
        self.found: dict[Citation, list[Any]] = {}
        self.bare: dict[Any, Any] = {}  # records outside the scope, to which only their full codes lead

    def read(self, citations: Iterable[Citation]) -> None:
        """Find the records of all citations, in two queries at most."""
        new = [each for each in dict.fromkeys(citations) if each not in self.found]
        groups: defaultdict[tuple[str, ...], list[Citation]] = defaultdict(list)
        for each in new:
            groups[tuple(name for name, _value in each.values)].append(each)
        for names, some in groups.items():
            rows = self.indexed(self.rows(self.condition(names, some)), names)
            for each in some:
                sets = [self.matching(rows, name, value) for name, value in each.values]
                self.found[each] = [*reduce(common, sets).values()]

    def rows(self, condition: Q) -> Iterable[Any]:
        """The records that the official may choose, and those of any region that a full code names."""
        rows = choosable_rows(self.model, self.user).filter(condition)
        found = {row.pk: row for row in rows}
        code = getattr(self.model, "open_code", None)
        if code is not None and (codes := self.codes - {getattr(row, code.field) for row in found.values()}):
            others = self.model.objects.named().filter(**{f"{code.field}__in": codes}).exclude(pk__in=found)
            self.bare |= {row.pk: row for row in others}
        return [*found.values(), *self.bare.values()]

    def condition(self, names: Sequence[str], citations: Sequence[Citation]) -> Q:
        """The condition of all records that one of the citations may mean."""
        self.codes: set[str] = set()
        parts = []
        for at, name in enumerate(names):
            values = {each.values[at][1] for each in citations}
            parts.append(self.among(self.model, name, values))
        return reduce(and_, parts)

    def among(self, model: Any, name: str, values: set[Any]) -> Q:
        """The condition that a field, or for "" any name, code or number, is among values."""
        if not name:
            texts = {str(value) for value in values}
            found = [Q(**{f"{field}__in": spelled_names(texts)}) for field in names_of(model)]
            for field in codes_of(model):
                codes = {code_in(model, field, text) for text in texts}
                found.append(Q(**{f"{field}__in": codes}))
            numbers = {int(text[1:]) for text in texts if is_number(text)}
            keys = texts if model._meta.pk.get_internal_type() == "CharField" else numbers
            found.append(Q(pk__in=keys))
            if model is self.model:
                self.note_codes(texts)
            return reduce(or_, found)
        field = model._meta.get_field(name)
        if field.is_relation:
            inner = self.among(field.related_model, "", values)
            return prefixed(inner, name)
        if name in codes_of(model):
            codes = {code_in(model, name, str(value)) for value in values}
            self.note_codes({str(value) for value in values})
            return Q(**{f"{name}__in": codes})
        if name in names_of(model):
            return Q(**{f"{name}__in": spelled_names(map(str, values))})
        return Q(**{f"{name}__in": values})

    def note_codes(self, texts: Iterable[str]) -> None:
        """Remember the full codes among texts, which name records of any region."""
        code = getattr(self.model, "open_code", None)
        if code is not None:
            self.codes |= {spelled for text in texts if (spelled := code.spelled(text))}

    def matching(self, rows: defaultdict[tuple[str, Any], list[Any]], name: str, value: Any) -> dict[Any, Any]:
        """The records, by key, of which what a file says of one field is true."""
        return {row.pk: row for token in asked_tokens(self.model, name, value) for row in rows[name, token]}

    def indexed(self, rows: Iterable[Any], names: Sequence[str]) -> defaultdict[tuple[str, Any], list[Any]]:
        """The records by all that a file may say of each of the fields."""
        found: defaultdict[tuple[str, Any], list[Any]] = defaultdict(list)
        codes = codes_of(self.model)
        for row in rows:
            by_code = row.pk in self.bare and codes and not {*names} & {*codes}
            for name in names:
                tokens = {getattr(row, code) for code in codes} if by_code else row_tokens(row, name)
                for token in tokens:
                    found[name, token].append(row)
        return found

    def fits(self, row: Any, citation: Citation) -> bool:
        """Whether a record is as a file says."""
        said = ((row_tokens(row, name), asked_tokens(self.model, name, value)) for name, value in citation.values)
        return all(not own.isdisjoint(asked) for own, asked in said)

    def meant(self, citation: Citation, beside: Mapping[str, Any]) -> list[Any]:
        """The records that a citation may mean."""
        found = self.found[citation]
        if len(found) > 1:
            owners = (
                f for f in self.model._meta.concrete_fields if f.is_relation and issubclass(f.related_model, Reviewed)
            )
            own = {f.name: f.attname for f in owners if f.name in beside}
            found = [
                row for row in found if all(getattr(row, at) == beside[name] for name, at in own.items())
            ] or found
        return found

    def is_ambiguous(self, citation: Citation, beside: Mapping[str, Any]) -> bool:
        return len(self.meant(citation, beside)) > 1

    def one(self, citation: Citation, beside: Mapping[str, Any]) -> Any:
        """The record that a citation means. Raises CellError where there is none, or more than one.

        beside: the keys of the other records that the row refers to, by field. Of several projects with one name that
        of the row's enterprise is meant.
        """
        found = self.meant(citation, beside)
        if len(found) == 1:
            return found[0]
        kind = self.model._meta.verbose_name
        if not found:
            said = _("No %(kind)s “%(typed)s” is there, or it lies outside your region. Check its code or its name.")
            if self.in_file:
                said = _(
                    "No %(kind)s “%(typed)s” is there, or it lies outside your region. If it is another row of this "
                    "file, import that row first, and then bring the file again."
                )
            raise CellError(said % {"kind": kind, "typed": citation.text}, citation.text)
        rows = [choice_text(row, self.user) if isinstance(row, Reviewed) else str(row) for row in found[:MOST]]
        said = _("Several records are called “%(typed)s”: %(records)s. Use the code, or the number such as #12.")
        raise CellError(said % {"typed": citation.text, "records": listed(rows)}, citation.text)


def common(some: dict[Any, Any], others: dict[Any, Any]) -> dict[Any, Any]:
    """The records that are in both."""
    return {key: row for key, row in some.items() if key in others}


def asked_tokens(model: Any, name: str, value: Any) -> set[Any]:
    """The spellings of what a file says of a field, or for "" of any name, code or number."""
    if name:
        field = model._meta.get_field(name)
        if field.is_relation:
            return asked_tokens(field.related_model, "", value)
        if name in codes_of(model):
            return {code_in(model, name, str(value))}
        return {folded(value) if isinstance(value, str) else value}
    text = str(value)
    if is_number(text):
        return {text}
    return {folded(text), *(code_in(model, code, text) for code in codes_of(model))}


def row_tokens(row: Any, name: str) -> set[Any]:
    """The spellings by which a field of a record is known, or for "" the record itself."""
    model: Any = type(row)
    if name:
        field, value = model._meta.get_field(name), getattr(row, name)
        if field.is_relation:
            return row_tokens(value, "") if value is not None else set()
        return {value if name in codes_of(model) or not isinstance(value, str) else folded(value)}
    own = {getattr(row, code) for code in codes_of(model)} | {f"#{row.pk}", folded(str(row))}
    own |= {folded(str(getattr(row, each))) for each in names_of(model)}
    return own | ({folded(str(row.pk))} if not isinstance(row, Reviewed) else set())


def is_number(text: str) -> bool:
    """Whether the text is the number of a record, such as #12."""
    return text.startswith("#") and text[1:].isascii() and text[1:].isdigit() and len(text) < 20


def spelled_names(texts: Iterable[str]) -> set[str]:
    """Names as they are written, and with brackets of the other width."""
    stripped = {text.strip() for text in texts}
    return stripped | {text.translate(WIDTHS) for text in stripped}


def prefixed(condition: Q, path: str) -> Q:
    """A condition on a related record, seen from the record that refers to it."""
    found = Q(_connector=condition.connector, _negated=condition.negated)
    for child in cast(list[Any], condition.children):
        if isinstance(child, Q):
            found.children.append(prefixed(child, path))
        else:
            name, value = child
            found.children.append((f"{path}__{name}", value))
    return found
