"""Room that is left, in words."""

from __future__ import annotations

from collections.abc import Sequence

from nodeview.records import Amounts
from nodeview.views.headroom import Headroom, Place, Room
from nodeview.views.text import figure, unit_for


def shape_words(amounts: Amounts) -> str:
    """`500m` is `0.5 vCPU`: a shape by its amounts, `0.5 vCPU and 1.0 GiB`."""
    return " and ".join(_amount(name, nano) for name, nano in amounts.items()) or "no requests"


def left_words(room: Room) -> list[tuple[str, str, str]]:
    """Resource by resource what is free, and what giving up the balloons would add."""
    return [(name, _amount(name, room.free[name]), _amount(name, room.balloon[name])) for name in sorted(room.free)]


def finding_of(headroom: Headroom, places: Sequence[Place]) -> str:
    """What there is to say of zones without room."""
    shape = shape_words(headroom.shape.amounts) if headroom.shape else "any pod"
    where = ", ".join(one.name or "nodes without a zone" for one in places)
    return f"no room in {where} for a pod of {shape}"


def _amount(name: str, nano: int) -> str:
    unit = unit_for(name, nano)
    return f"{figure(name, nano, nano)} {unit}" if unit else f"{figure(name, nano, nano)} {name.rsplit('/', 1)[-1]}"
