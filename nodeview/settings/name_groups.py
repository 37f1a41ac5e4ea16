"""The patterns that gather groups by name. One that is wrong is said with its file and line; the others hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from nodeview.provisioners import NamePatterns


class NameGroups(msgspec.Struct, frozen=True):
    """What a list of patterns came to."""

    patterns: NamePatterns = ()
    mistakes: tuple[str, ...] = ()
    """What is passed over, a sentence each; where it stands is its subject."""


class Located(msgspec.Struct, frozen=True):
    """A list of patterns as a file has it, each with its place as the subject of a sentence."""

    patterns: tuple[tuple[object, str], ...]


NO_NAME_GROUPS = NameGroups()


def located(value: object, text: str, file: str) -> object:
    """The value with the line of each of its patterns; the value itself where it is no list."""
    if not isinstance(value, list):
        return value
    lines, after, found = text.splitlines(), 0, []
    for one in value:
        line = _line_of(one, lines, after) if isinstance(one, str) else None
        after = line - 1 if line is not None else after
        found.append((one, f"{file}, line {line}" if line is not None else file))
    return Located(tuple(found))


def read_name_groups(value: object) -> NameGroups:
    """Read a list of patterns; raises ValueError with the end of a sentence only where it is no list at all."""
    if not isinstance(value, Located):
        raise ValueError("must be a list of regular expressions in the settings file")
    from nodeview.provisioners import name_pattern  # late: only who gathers groups pays for it

    patterns, mistakes = [], []
    for said, place in value.patterns:
        try:
            if not isinstance(said, str):
                raise ValueError("is not a text")
            patterns.append(name_pattern(said))
        except ValueError as error:
            shown = json.dumps(said, ensure_ascii=False, default=str)
            mistakes.append(f"{place}: {shown} of name-groups {error}. It gathers nothing.")
    return NameGroups(tuple(patterns), tuple(mistakes))


def _line_of(pattern: str, lines: Sequence[str], after: int) -> int | None:
    """The first line from `after` on that has this pattern, in either of TOML's spellings."""
    spellings = (pattern, json.dumps(pattern, ensure_ascii=False)[1:-1])
    return next(
        (place for place, line in enumerate(lines, 1) if place > after and any(one in line for one in spellings)), None
    )
