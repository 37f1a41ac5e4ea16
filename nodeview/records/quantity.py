"""Kubernetes quantities, exactly as apimachinery's `resource.Quantity` has them, in integer nano-units."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

NANO = 1_000_000_000
"""Nano-units in one unit: a core, a byte, a pod."""

_MAX_INT64 = 2**63 - 1
_MAX_TEXT = 400
_MAX_EXPONENT = 400

_SYNTAX = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[+-]?[0-9]*)", re.ASCII)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_SI_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIX = ("", *_BINARY)

Format = Literal["DecimalSI", "BinarySI", "DecimalExponent"]
"""The family of suffixes a quantity was written in, and is printed in again."""


class QuantityError(ValueError):
    """This text is no quantity; Kubernetes would refuse it too."""

    def __init__(self, text: str) -> None:
        shown = text if len(text) <= 60 else f"{text[:60]}…"
        super().__init__(f"{shown!r} is not a Kubernetes quantity.")


class Quantity(NamedTuple):
    """An exact amount, and how its author likes it written."""

    nano: int
    format: Format = "DecimalSI"


def parse(value: str | int | float) -> int:
    """Nano-units of a quantity as JSON has it; finer than nano is rounded away from zero.

    Raises QuantityError. Binary suffixes are capped at 2^63-1 units, decimal ones are not. Surrounding
    blanks are an error here, though JSON readers of Kubernetes trim them.
    """
    return _nano(value)


@lru_cache(maxsize=8192)
def _nano(value: str | int | float) -> int:
    if isinstance(value, int):
        return value * NANO
    return parse_quantity(value if isinstance(value, str) else repr(value)).nano


def parse_quantity(text: str) -> Quantity:
    """The same with its format, for printing it again. Raises QuantityError."""
    match = _SYNTAX.fullmatch(text) if 0 < len(text) <= _MAX_TEXT else None
    if match is None:
        raise QuantityError(text)
    sign, whole, fraction, suffix = match[1], match[2], match[3] or "", match[4]
    base, exponent, format_ = _suffix(suffix, text)
    if not whole and not fraction and _needs_digits(base, exponent):
        raise QuantityError(text)
    digits = int((whole + fraction) or "0")
    if base == 2:
        nano = min(_scaled(digits << exponent, 9 - len(fraction)), _MAX_INT64 * NANO)
    else:
        nano = _scaled(digits, exponent + 9 - len(fraction))
    return Quantity(-nano if sign == "-" else nano, format_)


def _suffix(suffix: str, text: str) -> tuple[int, int, Format]:
    """Base, exponent and format. A bare `E` is exa, `E3` an exponent, `e` alone an error."""
    if suffix in _DECIMAL:
        return 10, _DECIMAL[suffix], "DecimalSI"
    if suffix in _BINARY:
        return 2, _BINARY[suffix], "BinarySI"
    try:
        exponent = int(suffix[1:]) if suffix[0] in "eE" else _MAX_EXPONENT + 1
    except ValueError:
        exponent = _MAX_EXPONENT + 1
    if exponent > _MAX_EXPONENT:
        raise QuantityError(text)
    return 10, exponent, "DecimalExponent"


def _needs_digits(base: int, exponent: int) -> bool:
    """Go's fast path takes a number without digits as 0; its slow path does not."""
    return exponent >= 50 if base == 2 else exponent < -9


def _scaled(digits: int, power: int) -> int:
    """digits x 10^power, rounded up; digits are not negative."""
    if power >= 0:
        return digits * int(10**power)
    if -power > _MAX_TEXT + 20:
        return 1 if digits else 0
    return -(-digits // int(10**-power))


def value(nano: int) -> int:
    """Whole units, rounded away from zero, held within int64 (Go's `Value()`)."""
    return _rounded(nano, NANO)


def milli_value(nano: int) -> int:
    """Thousandths, rounded away from zero, held within int64 (Go's `MilliValue()`)."""
    return _rounded(nano, NANO // 1000)


@lru_cache(maxsize=8192)
def as_scheduled(resource: str, nano: int) -> int:
    """The amount as the scheduler counts it, in nano-units: thousandths of a core and whole units of all else,
    rounded away from zero."""
    return milli_value(nano) * (NANO // 1000) if resource == "cpu" else value(nano) * NANO


def _rounded(nano: int, unit: int) -> int:
    size = min(-(-abs(nano) // unit), _MAX_INT64)
    return -size if nano < 0 else size


def decimal(nano: int) -> str:
    """The exact amount in units as plain decimal digits: `1.5`, `-0.000000001`, `1073741824`."""
    whole, fraction = divmod(abs(nano), NANO)
    text = f"{whole}.{fraction:09d}".rstrip("0").rstrip(".") if fraction else str(whole)
    return f"-{text}" if nano < 0 else text


def canonical(quantity: Quantity) -> str:
    """As Kubernetes prints it: no fraction, the largest suffix of its family that is exact.

    A binary amount below 1024 or with a fraction is printed in decimal suffixes.
    """
    nano = abs(quantity.nano)
    sign = "-" if quantity.nano < 0 else ""
    if nano == 0:
        return "0"
    if quantity.format == "BinarySI" and nano >= 1024 * NANO and nano % NANO == 0:
        return sign + _binary(nano // NANO)
    exponent = -9
    while nano % 1000 == 0 and (exponent < 18 or quantity.format == "DecimalExponent"):
        nano //= 1000
        exponent += 3
    if quantity.format == "DecimalExponent":
        return f"{sign}{nano}e{exponent}" if exponent else f"{sign}{nano}"
    return f"{sign}{nano}{_SI_SUFFIX[exponent]}"


def _binary(units: int) -> str:
    power = 0
    while units % 1024 == 0 and power < 6:
        units //= 1024
        power += 1
    return f"{units}{_BINARY_SUFFIX[power]}"
