"""The price file: a person's own prices and discounts. What is mistaken in it is said with its line, and ends nothing.

A file with a mistake is not used at all: half of somebody's discounts would be a wrong total that looks right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from nodeview.pricing import NO_RULES, PriceRules
from nodeview.settings.sources import config_file, short
from nodeview.settings.values import Settings

NAME = "prices.toml"
MOST_BYTES = 1 << 20
"""A file beyond this is not one that a person wrote."""

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_RULE = re.compile(r"rule (\d+)(?:: (?:match: )?(.+?) is )?")
_HEADER = re.compile(r"\s*\[\[\s*rule\s*\]\]")


class PriceFile(msgspec.Struct, frozen=True):
    """What the price file came to. Where `mistake` is said, there are no rules."""

    rules: PriceRules = NO_RULES
    mistake: str = ""
    """One sentence with the file and the line."""
    warnings: tuple[str, ...] = ()
    """What is passed over, a sentence each."""


NO_FILE = PriceFile()


def price_file_of(settings: Settings, environ: Mapping[str, str]) -> PriceFile:
    """The price file that is meant: the one that was named, else `prices.toml` beside our settings file, if any."""
    if settings.price_file is not None:
        return read_price_file(Path(settings.price_file), must_exist=True)
    return read_price_file(config_file(environ).with_name(NAME), must_exist=False)


def read_price_file(file: Path, *, must_exist: bool) -> PriceFile:
    """Read this file; raises nothing."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return _mistaken(f"{short(file)} does not exist") if must_exist else NO_FILE
    except OSError as error:
        return _mistaken(f"{short(file)} cannot be read ({(error.strerror or '').lower()})")
    if len(data) > MOST_BYTES:
        return _mistaken(f"{short(file)} has more than {MOST_BYTES >> 20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _mistaken(f"{short(file)}, line {data.count(10, 0, error.start) + 1}: it is not text in UTF-8")
    return _read(text, short(file))


def _read(text: str, name: str) -> PriceFile:
    import tomllib  # late: only who has a file pays for it
    from decimal import Decimal

    from nodeview.pricing import rules_of

    try:
        rules = rules_of(tomllib.loads(text.replace("\r\n", "\n"), parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place is not None and place[1] else len(text.rstrip().splitlines()) or 1
        return _mistaken(f"{name}, line {line}: {_PLACE.sub('', str(error))}")
    except RecursionError:
        return _mistaken(f"{name}: it is nested too deeply")
    except ValueError as error:
        found = line_of(text, str(error))
        return _mistaken(f"{name}, line {found}: {error}" if found is not None else f"{name}: {error}")
    return PriceFile(rules, warnings=tuple(f"{name}: {one}" for one in rules.warnings))


def line_of(text: str, mistake: str) -> int | None:
    """The line of a price file that a sentence of `rules_of` is about: that of the key, else of its rule or table."""
    lines = text.splitlines()
    if rule := _RULE.match(mistake):
        heads = [number for number, line in enumerate(lines, 1) if _HEADER.match(line)]
        place = int(rule[1]) - 1
        if place >= len(heads):
            return None
        end = heads[place + 1] - 1 if place + 1 < len(heads) else len(lines)
        return _line_with(lines, rule[2] or _key_in(mistake), heads[place], end) or heads[place]
    if table := re.match(r"(\[\w+\])(?: (\w+))?", mistake):
        head = next((number for number, line in enumerate(lines, 1) if line.strip().startswith(table[1])), 0)
        return _line_with(lines, table[2] or "", head, len(lines)) or head or None
    return _line_with(lines, mistake.partition(" ")[0], 0, len(lines))


def _key_in(mistake: str) -> str:
    return "adjust" if ": adjust is" in mistake else ""


def _line_with(lines: list[str], key: str, after: int, until: int) -> int | None:
    """The first line beyond `after` that says what `key` is."""
    named = re.compile(rf"""(^|[\s{{,\[])["']?{re.escape(key)}["']?\s*(=|\]|$)""") if key else None
    return next((n for n in range(after + 1, until + 1) if named and named.search(lines[n - 1])), None)


def _mistaken(sentence: str) -> PriceFile:
    return PriceFile(mistake=f"{sentence}. The price file is not used.")
