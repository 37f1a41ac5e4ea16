"""Which nodes a person wants to see: `pool=api,web cpu>80 phase=draining ns=shop checkout`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import msgspec

from nodeview.records import NodeName
from nodeview.views.columns import Column
from nodeview.views.filter_fields import ALIASES, FIELDS, Field, label_field, row_text, share_field, squash
from nodeview.views.labels import COMPUTED_LABELS, known_label
from nodeview.views.node import NodeView
from nodeview.views.text import printable

Test = Callable[[NodeView, float], bool]

_REMEMBERED = 20_000
_PIECE = re.compile(r'(?:[^\s"]|"[^"]*")+')
_TERM = re.compile(r'([^\s"=<>!]+)(==|!=|>=|<=|=|>|<)(.*)', re.DOTALL)
_QUOTED = re.compile(r'"[^"]*"')
_VALUE = re.compile(r'(?:[^,"]|"[^"]*")+')
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda one, other: bool(one > other),
    "<": lambda one, other: bool(one < other),
    ">=": lambda one, other: bool(one >= other),
    "<=": lambda one, other: bool(one <= other),
}


class Filter(msgspec.Struct, frozen=True, eq=False):
    """A filter as it was typed and understood; a node must pass every term. Equal where the text is."""

    text: str
    terms: tuple[Test, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Filter) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def matches(self, view: NodeView, now: float) -> bool:
        """Whether the node is shown."""
        return all(term(view, now) for term in self.terms)

    def shown(self, views: Iterable[NodeView], now: float) -> list[NodeView]:
        """Those that are shown, in their order."""
        kept = list(views)
        for term in self.terms:
            kept = [view for view in kept if term(view, now)]
        return kept


NO_FILTER = Filter("")


class FilterError(msgspec.Struct, frozen=True):
    """Why a filter is not understood, as a phrase for a person."""

    sentence: str


class _Wrong(Exception):
    """Carries the sentence out of the parser."""


def parse_filter(
    text: str, columns: Sequence[Column[NodeView]] = (), labels: Collection[str] | None = None
) -> Filter | FilterError:
    """Understand a filter, or say why not; nothing is guessed.

    Terms are separated by spaces and all must hold; commas within a value mean "or"; `key=` means that it is not
    known, `key!=` that it is; `*` stands for anything, quotation marks keep spaces and commas; a free word is part of
    what the row or a label says. `labels` are those that nodes bear; with None no node has been seen yet, and labels
    with a dot or slash are believed.
    """
    if text.count('"') % 2:
        return FilterError('a quotation mark is missing its other half: "')
    words: list[str] = []
    terms: list[Test] = []
    try:
        for piece in _PIECE.findall(text):
            if any(mark in _QUOTED.sub("", piece) for mark in "=<>"):
                terms.append(_term(piece, columns, labels))
            else:
                words.append(_unquoted(piece).lower())
    except _Wrong as wrong:
        return FilterError(str(wrong))
    if any(words):
        terms.append(_free(tuple(filter(None, words))))
    return Filter(text, tuple(terms))


def _unquoted(piece: str) -> str:
    return piece.replace('"', "")


def _free(words: tuple[str, ...]) -> Test:
    # A live table asks ten times a second, and nearly every view is the one it asked of before.
    asked: dict[NodeName, NodeView] = {}
    answers: dict[NodeName, bool] = {}

    def test(view: NodeView, now: float) -> bool:
        name = view.record.name
        if asked.get(name) is view:
            return answers[name]
        if len(asked) >= _REMEMBERED:
            asked.clear()  # most are gone
            answers.clear()
        text = row_text(view)
        asked[name] = view
        answers[name] = answer = all(word in text for word in words)
        return answer

    return test


def _term(piece: str, columns: Sequence[Column[NodeView]], labels: Collection[str] | None) -> Test:
    found = _TERM.fullmatch(piece)
    if found is None:
        raise _Wrong(f"{printable(piece)} is unfinished: a column or label comes first, as in pool=api")
    key, sign, rest = found.groups()
    values = [_unquoted(value).strip() for value in _VALUE.findall(rest)]
    if rest and (len(values) != _QUOTED.sub("", rest).count(",") + 1 or not all(values)):
        raise _Wrong(f"{printable(piece)} is unfinished: a value is missing beside a comma or between quotes")
    subject = _field(key, sign in _COMPARE, columns, labels)
    if sign in _COMPARE:
        return _compared(subject, key, sign, values)
    wanted = _any_of(subject, key, values)
    return (lambda view, now: not wanted(view, now)) if sign == "!=" else wanted


def _field(key: str, by_size: bool, columns: Sequence[Column[NodeView]], labels: Collection[str] | None) -> Field:
    subject = FIELDS.get(ALIASES.get(key.lower(), key.lower()))
    if subject is not None:
        return subject
    computed = COMPUTED_LABELS.get(key)
    if computed is not None:
        return share_field(computed.resource) if computed.resource else FIELDS["age"]
    if any(column.resource == key for column in columns):
        return share_field(key)
    for column in columns:
        if column.words is not None and column.id == key.lower():
            return Field(words=column.words)
    if by_size and "/" in key and not (labels and key in labels):
        return share_field(key)  # an extended resource that was not asked for as a bar
    if known_label(key, labels, [column.id for column in columns]):
        return label_field(key)
    names = {*FIELDS, *ALIASES, *(column.id for column in columns), *(labels or ())}
    raise _Wrong(f"no such column or label: {printable(key)}{_meant(key, names)}")


def _meant(word: str, names: Collection[str]) -> str:
    close = get_close_matches(word, sorted(names), 1, 0.5)
    return f"; did you mean {printable(close[0])}?" if close else ""


def _compared(subject: Field, key: str, sign: str, values: list[str]) -> Test:
    said = f"{printable(key)}{sign}"
    if subject.measure is None or subject.parse is None:
        raise _Wrong(f"{printable(key)} has no size: compare it with = or !=")
    if len(values) != 1:
        raise _Wrong(f"{said} needs one {subject.what}, as in {said}{subject.example}")
    limit = _parsed(subject, said, values[0])
    holds, measure = _COMPARE[sign], subject.measure

    def test(view: NodeView, now: float) -> bool:
        value = measure(view, now)
        if isinstance(value, tuple):  # 1.33.4 is neither above nor below 1.33
            value = value[: len(limit)]
        return value is not None and holds(value, limit)

    return test


def _parsed(subject: Field, said: str, value: str) -> Any:
    size = subject.parse(value) if subject.parse else None
    if size is None:
        raise _Wrong(f'"{printable(value)}" is not a {subject.what}: write it as in {said}{subject.example}')
    return size


def _any_of(subject: Field, key: str, values: list[str]) -> Test:
    words, measure = subject.words, subject.measure
    if words is None:
        assert measure is not None
        return _any_size(subject, key, values, measure)
    if not values:
        return lambda view, now: not words(view, now)
    if subject.closed:
        return _any_closed(subject.closed, key, values, words)
    exact = {value.lower() for value in values if "*" not in value}
    patterns = [_pattern(value) for value in values if "*" in value]

    def test(view: NodeView, now: float) -> bool:
        for word in words(view, now):
            if word.lower() in exact:
                return True
            for pattern in patterns:
                if pattern.fullmatch(word):
                    return True
        return False

    return test


def _pattern(value: str) -> re.Pattern[str]:
    # Several stars say no more than one, and would make the search slow.
    parts = re.sub(r"\*+", "*", value).split("*")
    return re.compile(".*".join(map(re.escape, parts)), re.IGNORECASE | re.DOTALL)


def _any_closed(
    closed: tuple[str, ...], key: str, values: list[str], words: Callable[[NodeView, float], Collection[str]]
) -> Test:
    known = {squash(word): word for word in closed}
    for value in values:
        if squash(value) not in known:
            hint = _meant(value.lower(), closed) or f"; it is one of {', '.join(closed)}"
            raise _Wrong(f"no {printable(key)} is called {printable(value)}{hint}")
    wanted = {squash(value) for value in values}
    return lambda view, now: any(squash(word) in wanted for word in words(view, now))


def _any_size(subject: Field, key: str, values: list[str], measure: Callable[[NodeView, float], Any]) -> Test:
    if not values:
        return lambda view, now: measure(view, now) is None
    if not subject.exact:
        said = f"{printable(key)}>"
        raise _Wrong(f"{printable(key)} is compared with > or <, as in {said}{subject.example}")
    wanted = {_parsed(subject, f"{printable(key)}=", value) for value in values}
    return lambda view, now: measure(view, now) in wanted
