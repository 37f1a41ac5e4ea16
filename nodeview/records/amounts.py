"""Resource lists as JSON has them, read into exact amounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nodeview.records.node import Amounts
from nodeview.records.quantity import QuantityError, parse

AmountsJson = dict[str, str | int | float | None]
"""`requests`, `capacity`, `limits`: resource name to quantity, as text or as a number."""


class ReadAmounts(NamedTuple):
    """What of a resource list could be read, and the names of what could not."""

    amounts: Amounts
    unreadable: tuple[str, ...] = ()


NOTHING = ReadAmounts({})


def read_amounts(said: AmountsJson | None) -> ReadAmounts:
    """Amounts in nano-units; a quantity that is no quantity is left out and named, never 0."""
    if not said:
        return NOTHING
    amounts: dict[str, int] = {}
    unreadable: tuple[str, ...] = ()
    for resource, quantity in said.items():
        try:
            if quantity is not None:
                amounts[resource] = parse(quantity.strip() if isinstance(quantity, str) else quantity)
        except QuantityError:
            unreadable = (*unreadable, resource)
    return ReadAmounts(amounts, unreadable)


def all_unreadable(lists: Iterable[ReadAmounts]) -> tuple[str, ...]:
    """The names that could not be read in any of these, sorted, each once."""
    broken = [one.unreadable for one in lists if one.unreadable]
    return tuple(sorted({name for names in broken for name in names})) if broken else ()
