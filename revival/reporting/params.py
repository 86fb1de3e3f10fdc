"""Parameters of a page: read by name, checked, and never ignored, as an ignored filter would widen a total."""

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.punctuation import bracketed, listed

LONGEST = 80  # characters of what was typed that a message repeats
FEW = 20  # values that a message lists
MOST = 2**63 - 1
PAGING = ("page", "after", "before", "format")
Found = TypeVar("Found")
Label = Promise | str | Callable[[], str]
View = Callable[..., HttpResponseBase]


class BadQuery(Exception):
    """An error in the parameters of a page. `messages` say which parameter is wrong and why."""

    def __init__(self, messages: list[str]) -> None:
        self.messages = messages
        super().__init__(" ".join(messages))


class Params:
    """The parameters of a request. `wrong` collects the messages about them, in the reader's language.

    labels: the label of each parameter that the page takes, or a function that gives it, by name. several: the names
    of those that may be given repeatedly.
    """

    def __init__(self, given: QueryDict, labels: Mapping[str, Label], several: Container[str] = ()) -> None:
        self.given, self.labels = without_blanks(given), labels
        unknown = [name for name in given if name not in labels]
        names = {"names": listed(labels)}
        self.wrong = [
            _("“%(name)s” is not a parameter of this page, which takes: %(names)s.")
            % {"name": name[:LONGEST], **names}
            for name in unknown
        ]
        self.wrong += [
            _("%(label)s is given more than once.") % {"label": self.label(name)}
            for name, values in self.given.lists()
            if name in labels and name not in several and len(values) > 1
        ]

    def label(self, name: str) -> str:
        label = self.labels[name]
        return str(capfirst(str(label() if callable(label) else label)))

    def refuse(self, name: str, value: str, accepted: Iterable[str] | Mapping[str, Any] = ()) -> None:
        """Note a value that the parameter does not accept. The accepted values are listed if they are few.

        accepted: the values, or their labels by the code that stands for each in an address.
        """
        self.add(name, refusal(value, accepted))

    def add(self, name: str, problem: str) -> None:
        """Note a problem with a parameter."""
        self.wrong.append(_("%(label)s: %(problem)s") % {"label": self.label(name), "problem": problem})

    def text(self, name: str) -> str:
        """The value of a parameter; empty if it is not given or unknown to the page."""
        return self.given.get(name, "") if name in self.labels else ""

    def texts(self, name: str) -> list[str]:
        """The values of a parameter, each once, in their order; commas separate values as well."""
        values = (value for text in self.given.getlist(name) for value in text.split(","))
        return list(dict.fromkeys(value for value in values if value))

    def one(self, name: str, known: Mapping[str, Found], words: Callable[[Found], Any] = str) -> Found | None:
        """The object that a parameter names; None if it is not given or wrong. words: what a refusal calls each."""
        value = self.text(name)
        if value and value not in known:
            self.refuse(name, value, {code: words(each) for code, each in known.items()})
        return known.get(value) if value else None

    def one_of(self, name: str, known: Collection[str]) -> str:
        """The value of a parameter with a few accepted values; empty if it is not given or wrong.

        known: the values, or their labels by value.
        """
        labels = known if isinstance(known, Mapping) else dict.fromkeys(known, "")
        return self.one(name, {value: value for value in known}, lambda value: labels[value]) or ""

    def several(self, name: str, find: Callable[[str], Found | None]) -> list[Found]:
        """The objects that the values of a parameter name."""
        found = []
        for value in self.texts(name):
            item = find(value)
            if item is None:
                self.refuse(name, value)
            else:
                found.append(item)
        return found

    def number(self, name: str, least: int = 1, most: int = MOST) -> int | None:
        """A whole number within bounds; None if the parameter is not given or wrong."""
        value = self.text(name)
        if not value:
            return None
        if value.isascii() and value.isdigit() and len(value) <= len(str(MOST)) and least <= int(value) <= most:
            return int(value)
        words = {"least": least, "most": most}
        said = (
            _("a whole number from %(least)d to %(most)d") if most < MOST else _("a whole number from %(least)d up")
        )
        self.refuse(name, value, [said % words])
        return None

    def check(self) -> None:
        """Raise BadQuery with everything that is wrong."""
        if self.wrong:
            raise BadQuery(self.wrong)

    def url(self, path: str = "", *, drop: Iterable[str] = (), **changes: Any) -> str:
        return changed_url(path, self.given, drop=drop, **changes)


def without_blanks(params: QueryDict) -> QueryDict:
    """The parameters without empty values, as forms send what was left empty: an empty one must not undo another."""
    kept = QueryDict(mutable=True)
    for name, values in params.lists():
        kept.setlist(name, [value for value in values if value])
    for name in [name for name, values in kept.lists() if not values]:
        del kept[name]
    return kept


def refusal(value: str, accepted: Iterable[str] | Mapping[str, Any] = ()) -> str:
    """The sentence that refuses a value, with the accepted values if they are few: labels, and the code of each."""
    words, known = {"value": value[:LONGEST]}, [str(each) for each in accepted]
    if isinstance(accepted, Mapping) and len(known) <= FEW:
        known = [choice_words(code, label) for code, label in accepted.items()]
    if not 0 < len(known) <= FEW:
        return _("“%(value)s” is not one of the values.") % words
    return _("“%(value)s” is not accepted; accepted: %(known)s.") % {**words, "known": listed(known)}


def choice_words(code: str, label: Any) -> str:
    """A choice in a refusal: its label with the code that addresses have, or one of both where they are alike."""
    return bracketed(label, code) if str(label) not in ("", code) else code


def changed_url(path: str, params: QueryDict, *, drop: Iterable[str] = (), **changes: Any) -> str:
    """The URL with some parameters changed. None or "" removes one. Paging starts again at the first page."""
    params = params.copy()
    for name in (*PAGING, *drop):
        params.pop(name, None)
    for name, value in changes.items():
        values = value if isinstance(value, list | tuple) else [value]
        params.setlist(name, [str(each) for each in values if each is not None])
    for name in [name for name, values in params.lists() if not any(values)]:
        del params[name]
    return f"{path}?{params.urlencode()}" if params or not path else path


def answers_bad_queries(view: View) -> View:
    """Decorate a view so that BadQuery is answered with a page that explains it, with status 400."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except BadQuery as bad:
            return render(request, "reporting/wrong.html", {"wrong": bad.messages}, status=400)

    return answered
