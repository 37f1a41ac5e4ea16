"""Room that is left as a report has it: what it is counted in, and per zone and pool how much there is."""

from __future__ import annotations

from typing import Any

from nodeview.records import Amounts
from nodeview.views import NANO, Headroom, Place

Json = dict[str, Any]


def headroom_json(headroom: Headroom) -> Json:
    """The shape that is counted in, or why there is none; and room that is kept without pods, under its own name."""
    shape = headroom.shape
    return {
        "shape": _amounts(shape.amounts) if shape else None,
        "source": shape.source if shape else None,
        "reason": headroom.why or None,
        "capacity_buffers": [
            {
                "namespace": one.namespace,
                "name": one.name,
                "of": one.of or None,
                "replicas": one.replicas,
                "remark": one.remark or None,
            }
            for one in headroom.buffers
        ],
    }


def zone_room_json(headroom: Headroom, zone: str | None, *, known: bool) -> Json | None:
    """What is left in a zone; null where that is not known."""
    return _room(headroom, next((one for one in headroom.zones if one.name == zone), None), known)


def pool_room_json(headroom: Headroom, provisioner: str, pool: str | None, *, known: bool) -> Json | None:
    """What is left in a pool; null where that is not known."""
    found = (one for one in headroom.pools if (one.provisioner, one.name) == (provisioner, pool))
    return _room(headroom, next(found, None), known)


def _room(headroom: Headroom, place: Place | None, known: bool) -> Json | None:
    if place is None or not known or (place.room.unknown and not place.room.nodes):
        return None
    room, counted = place.room, headroom.shape is not None
    return {
        "nodes": room.nodes,
        "free": _amounts(room.free),
        "balloon": _amounts(room.balloon),
        "pods": room.pods if counted else None,
        "pods_beside_balloons": room.pods_beside_balloons if counted else None,
        "unknown_nodes": room.unknown,
        "not_visible": ["ocean"] if place.ocean else [],
    }


def _amounts(amounts: Amounts) -> Json:
    return {name: value / NANO if value % NANO else value // NANO for name, value in amounts.items()}
