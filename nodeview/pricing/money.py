"""Amounts of money: how they are read, written and adjusted, as whole nano-units of a currency."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from nodeview.records import NANO

ABSURD = 10_000 * NANO
"""No machine costs more an hour; what says so is mistaken."""

_DECIMAL = re.compile(r"[0-9]{1,20}(\.[0-9]{1,40})?")
_CHANGE = re.compile(r"([+-])([0-9]{0,20}\.?[0-9]{1,20})(%?)")


class Adjustment(msgspec.Struct, frozen=True, gc=False):
    """What is done to a price: a percentage of it, or an amount an hour, is added or taken away."""

    text: str
    """As it was written."""
    by: int
    """Signed: nano-units, or billionths of a percent."""
    percent: bool

    def of(self, hourly: int) -> int:
        """The price after it; never below 0, as Karpenter has it."""
        change = _rounded(hourly * self.by, 100 * NANO) if self.percent else self.by
        return max(hourly + change, 0)


def nano_of(text: str) -> int | None:
    """A plain decimal, such as `0.096`, in nano-units; None where the text is anything else."""
    return int(Decimal(text) * NANO) if _DECIMAL.fullmatch(text) else None


def adjustment_of(text: str) -> Adjustment | None:
    """`+10%`, `-28%`, `-0.50`, `+.5`: what Karpenter and the price file allow; None where it is anything else."""
    found = _CHANGE.fullmatch(text)
    if found is None:
        return None
    sign, amount, percent = found.groups()
    by = int(Decimal(amount) * NANO)
    if by > (100 * ABSURD if percent else ABSURD) or (percent and sign == "-" and by > 100 * NANO):
        return None
    return Adjustment(text, -by if sign == "-" else by, bool(percent))


def share_of(amount: int, rate: int, per: int) -> int:
    """`amount` x `rate` / `per`, rounded to the nearest nano-unit."""
    return _rounded(amount * rate, per)


def plainly(hourly: int) -> str:
    """An amount as a plain decimal without needless zeros: `0.096`."""
    whole, rest = divmod(hourly, NANO)
    return f"{whole}.{rest:09}".rstrip("0").rstrip(".")


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
