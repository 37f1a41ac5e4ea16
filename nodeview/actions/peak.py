"""What the restarts need at their peak, against what there is for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from nodeview.actions.makers import Maker
from nodeview.actions.places import Ground, Packing, Seeker
from nodeview.actions.plan import NO_SURGE, Surge
from nodeview.actions.scope import Scope
from nodeview.actions.verdict import counted
from nodeview.records import NANO, as_scheduled
from nodeview.views import currency_sign, figure, money, unit_for

_SHOWN = ("cpu", "memory")


def peaks(seekers: Sequence[Seeker], beside: int) -> tuple[int, ...]:
    """Pods of each seeker that need a place at once: all for good, and while so many workloads roll beside each other,
    what they have more; those of the largest need count."""
    extras = sorted(range(len(seekers)), key=lambda place: _extra(seekers[place]), reverse=True)[: max(beside, 1)]
    rolling = set(extras)
    return tuple(one.peak if place in rolling else one.settled for place, one in enumerate(seekers))


def _extra(one: Seeker) -> tuple[int, int]:
    more = one.peak - one.settled
    return more * one.pod.requests.get("cpu", 0), more * one.pod.requests.get("memory", 0)


def surge_of(scope: Scope, seekers: Sequence[Seeker], counts: Sequence[int], ground: Ground, packing: Packing) -> Surge:
    """The arithmetic, in nano-units, of all resources that are asked for."""
    if not seekers:
        return NO_SURGE
    needs: dict[str, int] = {}
    usable: set[int] = set()
    relevant: set[int] = set()
    for one, many in zip(seekers, counts, strict=True):
        for name, amount in one.pod.requests.items():
            if amount and name != "pods":
                needs[name] = needs.get(name, 0) + as_scheduled(name, amount) * many
        usable.update(ground.where(one.pod).rooms)
        relevant.update(ground.makers_for(one.pod))
    free = _summed([scope.rooms[place].free for place in usable], needs)
    balloon = _summed([scope.staying[place].balloon for place in usable], needs)
    nodes, hourly, currency = _new(packing, ground.makers)
    makers = [ground.makers[place] for place in sorted(relevant)]
    addable = _addable(makers, needs)
    return Surge(
        needs=needs,
        free=free,
        balloon=balloon,
        addable=addable,
        new_nodes=None if packing.unsure else nodes,
        new_hourly=None if packing.unsure else hourly,
        currency=currency,
        words=_words(needs, free, balloon, addable, None if packing.unsure else nodes, hourly, currency, packing),
    )


def _summed(some: Sequence[Mapping[str, int]], names: Collection[str]) -> dict[str, int]:
    return {name: sum(max(one.get(name, 0), 0) for one in some) for name in names}


def _addable(makers: Sequence[Maker], names: Collection[str]) -> dict[str, int] | None:
    """What pools may still add; None where one of them has no limit that is known."""
    if any(one.most is None or one.size is None for one in makers):
        return None
    return {name: sum((one.most or 0) * max(one.free.get(name, 0), 0) for one in makers) for name in names}


def _new(packing: Packing, makers: Sequence[Maker]) -> tuple[int, int | None, str]:
    """Nodes that are added, and what they cost an hour together; None where one price, or one currency, is missing."""
    total, currency = 0, "USD"
    unpriced = False
    for place, many in packing.new_nodes.items():
        maker = makers[place]
        unpriced = unpriced or maker.hourly is None or (total > 0 and maker.currency != currency)
        total, currency = total + (maker.hourly or 0) * many, maker.currency
    return sum(packing.new_nodes.values()), None if unpriced else total, currency


def _words(
    needs: Mapping[str, int],
    free: Mapping[str, int],
    balloon: Mapping[str, int],
    addable: Mapping[str, int] | None,
    nodes: int | None,
    hourly: int | None,
    currency: str,
    packing: Packing,
) -> str:
    words = [f"needs {amounts(needs)} at its peak", f"{amounts(free, needs)} free on nodes that stay"]
    words += [f"{amounts(balloon, needs)} held by balloons"] if any(balloon.values()) else []
    words += [f"{amounts(addable, needs)} may still be added"] if addable is not None and any(addable.values()) else []
    return "; ".join([*words, new_words(nodes, hourly, currency, bool(packing.over))])


def new_words(nodes: int | None, hourly: int | None, currency: str, short: bool = False) -> str:
    """`no new node`, `2 new nodes, $0.262/h`."""
    if nodes is None:
        return "how many new nodes, cannot be said"
    if not nodes:
        return "not enough room" if short else "no new node"
    price = f", {currency_sign(currency)}{money(hourly)}/h" if hourly is not None else ", price unknown"
    return counted(nodes, "new node") + price + (", and that is not enough" if short else "")


def amounts(some: Mapping[str, int], asked: Mapping[str, int] | None = None) -> str:
    """`1.5 vCPU, 2 GiB`; of cpu and memory, and of what else is asked for."""
    names = [name for name in _SHOWN if name in (asked or some)]
    names += [name for name, need in (asked or some).items() if name not in _SHOWN and need >= NANO]
    return ", ".join(_amount(name, some.get(name, 0)) for name in names) or "nothing"


def _amount(name: str, nano: int) -> str:
    unit = unit_for(name, nano) or name
    text = figure(name, nano, nano)
    return f"{text[:-2] if text.endswith('.0') else text} {unit}"
