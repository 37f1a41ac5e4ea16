"""Whether a table built from the price list may replace the one before: few prices change, hardly a type vanishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from nodeview.pricing import PriceTable, TablePart

CHANGED = 0.02
VANISHED = 0.01
ALLOWED_ANYHOW = 3
"""So many may differ however small the table is."""

Key = tuple[str, str, str, str, str]
"""Service, region, system, tenancy, item."""


class Built(msgspec.Struct, frozen=True):
    """A table that was built, and how it differs from the one before."""

    table: PriceTable
    differences: tuple[str, ...]
    """One line each: `- m5.large …`, `+ m9g.large …`, `~ p5.48xlarge 98.32 → 55.04 …`."""
    refusal: str
    """Why it should not be written, as a sentence; empty where it may."""


def guarded(parts: Sequence[TablePart], before: PriceTable, ambiguous: Sequence[str], source: str) -> Built:
    """Lay new parts over a table, compare them with its verified prices, and judge.

    What the new parts do not have stays as it was, prices of other regions as well as types that vanished.
    """
    new = _prices(parts)
    built = {key[:4] for key in new}
    old = {key: price for key, price in _prices(_verified(before.parts)).items() if key[:4] in built}
    vanished = sorted(key for key in old if key not in new)
    changed = sorted(key for key, price in old.items() if key in new and Decimal(new[key]) != Decimal(price))
    differences = (
        *(f"- {_named(key)} {old[key]}" for key in vanished),
        *(f"~ {_named(key)} {old[key]} → {new[key]}" for key in changed),
        *(f"+ {_named(key)} {new[key]}" for key in sorted(new.keys() - old.keys())),
    )
    as_of = max((before.as_of, *(part.as_of for part in parts)))
    kept = [left for part in before.parts if (left := _without(part, new)).prices]
    table = msgspec.structs.replace(before, as_of=as_of, source=source, parts=(*_sorted(parts), *kept))
    return Built(table, differences, _refusal(len(old), changed, vanished, ambiguous))


def _refusal(known: int, changed: Sequence[Key], vanished: Sequence[Key], ambiguous: Sequence[str]) -> str:
    if ambiguous:
        return f"The list names more than one price for {len(ambiguous)}, the first being {ambiguous[0]}."
    if len(changed) > max(ALLOWED_ANYHOW, CHANGED * known):
        return f"{len(changed)} of {known} known prices would change, which AWS's prices do not do."
    if len(vanished) > max(ALLOWED_ANYHOW, VANISHED * known):
        return f"{len(vanished)} of {known} known types would vanish, which AWS's types do not do."
    return ""


def _prices(parts: Iterable[TablePart]) -> dict[Key, str]:
    prices: dict[Key, str] = {}
    for part in parts:
        for item, price in part.prices.items():
            prices.setdefault((part.service, part.region, part.os, part.tenancy, item), price)
    return prices


def _verified(parts: Iterable[TablePart]) -> Iterable[TablePart]:
    return (part for part in parts if not part.estimated)


def _without(part: TablePart, new: Mapping[Key, str]) -> TablePart:
    left = {
        item: price
        for item, price in part.prices.items()
        if (part.service, part.region, part.os, part.tenancy, item) not in new
    }
    return msgspec.structs.replace(part, prices=left)


def _sorted(parts: Iterable[TablePart]) -> list[TablePart]:
    return sorted(parts, key=lambda part: (part.region, part.service, part.os, part.tenancy))


def _named(key: Key) -> str:
    service, region, system, tenancy, item = key
    words = [item, region, service, system if system != "linux" else "", tenancy if tenancy != "shared" else ""]
    return " ".join(word for word in words if word)
