"""How figures and foreign text are written: durations, amounts, percent, money, names of any script."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, combining, east_asian_width

HOURS_A_MONTH = 730
"""What AWS and eks-node-viewer take for a month."""

NANO = 10**9

_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_AWS_NAME = re.compile(r"((?:ip-[\d-]+|i-[0-9a-f]+))\.(?:[\w-]+\.)?(?:compute|ec2)\.internal")
_DIGITS = re.compile(r"\d+")
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥"}


def duration(seconds: float) -> str:
    """`41s`, `3m`, `21h`, `6d`: the largest unit that fits, rounded down; clocks that disagree make no negative age."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m"
    return f"{whole // 3600}h" if whole < 86400 else f"{whole // 86400}d"


def span(seconds: int) -> str:
    """A length of time that somebody chose, as it is: `90s` is `1m30s`, `720h` is `30d`."""
    text, left = "", max(0, seconds)
    for letter, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, size)
        text += f"{count}{letter}" if count else ""
    return text or "0s"


def percent(share: float) -> str:
    """A share of 1.0 as `100 %`, without decimals, and not clipped above it."""
    return f"{whole_percent(share)} %"


def whole_percent(share: float) -> int:
    """The percent as it is shown; halves go up."""
    return int(share * 100 + 0.5)


def in_bytes(resource: str) -> bool:
    """Whether this resource is measured in bytes."""
    return resource in ("memory", "ephemeral-storage", "storage") or resource.startswith("hugepages-")


def unit_for(resource: str, nano: int) -> str:
    """The unit in which this amount reads best: `vCPU`, `GiB`, … or nothing for what is counted."""
    if resource == "cpu":
        return "vCPU"
    if not in_bytes(resource):
        return ""
    value, step = nano / NANO, 0
    while value >= 1023.5 and step < len(_BINARY) - 1:
        value, step = value / 1024, step + 1
    return _BINARY[step]


def figure(resource: str, nano: int, whole: int) -> str:
    """An amount without its unit, in the unit and precision of `whole`: for `1.1 + 0.1 of 2.0 TiB`.

    What is there and would round to nothing is `<0.1`: a nought would say that there is none.
    """
    if not in_bytes(resource):
        value = nano / NANO
        decimals = 0 if whole >= 100 * NANO else 1 if whole >= 10 * NANO else 3
        text = f"{value:.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{value:.0f}"
    else:
        unit = unit_for(resource, whole)
        scale = 1024 ** _BINARY.index(unit) * NANO
        value, decimals = nano / scale, 1 if unit != "B" and whole / scale < 99.95 else 0
        text = f"{value:.{decimals}f}"
    return f"<{10**-decimals:.{decimals}f}" if value > 0 and not float(text) else text


def amount(resource: str, nano: int) -> str:
    """An amount by itself: `232` cores of cpu, `1.1 TiB` of memory, `8` of anything counted."""
    unit = unit_for(resource, nano) if in_bytes(resource) else ""
    return f"{figure(resource, nano, nano)} {unit}".rstrip()


def of_whole(resource: str, used: int, whole: int, balloon: int = 0) -> str:
    """What is requested of what there is: `232 + 24 of 326 vCPU`; `balloon` is a part of `used`."""
    real = figure(resource, used - balloon, whole)
    extra = f" + {figure(resource, balloon, whole)}" if balloon else ""
    return f"{real}{extra} of {figure(resource, whole, whole)} {unit_for(resource, whole)}".rstrip()


def money(nano: int, decimals: int | None = None) -> str:
    """Money in nano-units, without its sign: `0.131`, `31.20`, `22.8k`; with `decimals`, exactly so many."""
    value = nano / NANO
    if decimals is not None:
        return f"{value:.{decimals}f}"
    if 0 < value < 0.01:
        return f"{value:.4f}" if value >= 0.00005 else "<0.0001"
    if value < 9.9995:
        return f"{value:.3f}"
    if value < 999.995:
        return f"{value:.2f}"
    return f"{value / 1000:.1f}k" if value < 999_950 else f"{value / 1_000_000:.1f}M"


def short_price(nano: int, room: int = 6) -> str:
    """A price with three decimals, more where it would round to nothing, fewer where that takes more than `room`."""
    value = nano / NANO
    if 0 < value < 0.0095:
        return money(nano)
    texts = (f"{value:.{decimals}f}" for decimals in (3, 2, 1))
    return next((text for text in texts if len(text) <= room), money(nano))


def currency_sign(currency: str) -> str:
    """`$` for USD; a currency without a sign of its own is written out before the figure."""
    return _SIGNS.get(currency, f"{printable(currency)} ")


def printable(text: str) -> str:
    """Foreign text made safe for one line of a terminal; its markup is left alone, as text.

    Line breaks become spaces, other control characters their pictures (`␛`), what has no known width `�`;
    direction overrides go, and so do joiners, variation selectors and skin tones, whose width terminals dispute.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    code = ord(character)
    if character.isprintable():
        return "" if 0xFE00 <= code <= 0xFE0F or 0x1F3FB <= code <= 0x1F3FF else character
    if code < 0x20:
        return " " if character in "\t\n\r\v\f" else chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    kind = category(character)
    if kind in ("Zs", "Zl", "Zp"):
        return " "
    return "" if kind == "Cf" else "�"


def cell_width(text: str) -> int:
    """How many columns of a terminal a printable text takes: two for each wide character, none for a combining one."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(character: str) -> int:
    if combining(character) or category(character) in ("Mn", "Mc", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def shorten(name: str, width: int) -> str:
    """A name cut in the middle to at most this many columns: `ip-10-0…63-64`; names differ at their ends."""
    if cell_width(name) <= width:
        return name
    if width < 2:
        return "…"[:width]
    tail = _head(name[::-1], (width - 1) // 2)[::-1]
    return f"{_head(name, width - 1 - cell_width(tail))}…{tail}"


def shorten_end(text: str, width: int) -> str:
    """A sentence cut at its end to at most this many columns."""
    return text if cell_width(text) <= width else f"{_head(text, width - 1)}…" if width > 0 else ""


def shorten_phrases(text: str, width: int) -> str:
    """The first phrases of `draining 3m · Underutilized, its pods are leaving` that fit whole, and a sign for the rest.

    What is merely ready says what else is to be said instead; a single phrase that does not fit is cut at its end.
    """
    if cell_width(text) <= width:
        return text
    phrases = text.split(" · ")
    if phrases[0] == "ready" and len(phrases) > 1:
        return shorten_phrases(" · ".join(phrases[1:]), width)
    pieces = re.split(r"( · |, )", text)
    for end in range(len(pieces) - 2, 0, -2):
        kept = "".join(pieces[:end])
        if cell_width(kept) <= width:
            return f"{kept} …" if cell_width(kept) + 2 <= width else kept
    return shorten_end(text, width)


def _head(text: str, width: int) -> str:
    taken = 0
    for place, character in enumerate(text):
        taken += _width(character)
        if taken > width:
            return text[:place]
    return text


def short_name(node: str) -> str:
    """A node's name without the domain that every EC2 instance of a region shares."""
    found = _AWS_NAME.fullmatch(node)
    return found[1] if found else node


@lru_cache(maxsize=1 << 15)
def natural(name: str) -> str:
    """A key that sorts `ip-10-0-9` before `ip-10-0-10`, whatever the case; names that differ have keys that differ."""
    folded = _DIGITS.sub(_counted, name.casefold())
    return f"{folded}\0{name}"


def _counted(digits: re.Match[str]) -> str:
    # The number of digits goes first: of two numbers without leading zeros the longer is the greater.
    bare = digits[0].lstrip("0") or "0"
    return f"{chr(0x30 + len(bare))}{bare}"
