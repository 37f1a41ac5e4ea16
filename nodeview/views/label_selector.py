"""Label selectors as `kubectl -l` takes them: `pool=api,arch!=arm64,zone in (a,b),!gpu`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_COMMA = re.compile(r",(?![^()]*\))")
_SET = re.compile(r"(\S+)\s+(in|notin)\s*\(([^()]*)\)")
_EQUAL = re.compile(r"([^\s!=]+)\s*(==?|!=)\s*([^\s!=]*)")
_NAMED = re.compile(r"(!?)\s*([^\s!=,()]+)")

Selects = Callable[[Mapping[str, str]], bool]


def parse_selector(text: str) -> Selects:
    """Whether labels meet all of these requirements; an empty selector is met by all. Raises ValueError."""
    parts = [_requirement(part.strip()) for part in _COMMA.split(text)] if text.strip() else []
    return lambda labels: all(met(labels) for met in parts)


def _requirement(text: str) -> Selects:
    if found := _SET.fullmatch(text):
        key, operator, listed = found.groups()
        values = {value.strip() for value in listed.split(",")}
        return _among(key, values) if operator == "in" else _not_among(key, values)
    if found := _EQUAL.fullmatch(text):
        key, operator, value = found.groups()
        return _not_among(key, {value}) if operator == "!=" else _among(key, {value})
    if found := _NAMED.fullmatch(text):
        absent, key = found.groups()
        return lambda labels: (key in labels) is not bool(absent)
    raise ValueError(f'has "{text}", which is no requirement such as "app=balloon" or "tier in (a,b)"')


def _among(key: str, values: set[str]) -> Selects:
    return lambda labels: labels.get(key) in values


def _not_among(key: str, values: set[str]) -> Selects:
    """Met by whom lacks the label, too: so does the API server."""
    return lambda labels: key not in labels or labels[key] not in values
