"""Why a pod would not run in a place: reasons as values, one kind for each that the scheduler counts."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal[
    "unschedulable",
    "taint",
    "node-affinity",
    "other-node",
    "ports",
    "too-many-pods",
    "insufficient",
    "volume",
    "spread",
    "spread-label",
    "pod-affinity",
    "anti-affinity",
    "others-anti-affinity",
    "size",
    "limit",
    "not-ready",
    "deleted",
]
"""What speaks against a node; `size`, `limit`, `not-ready` and `deleted` only against a NodePool."""


class Reason(msgspec.Struct, frozen=True, gc=False):
    """One thing that speaks against a place."""

    kind: Kind
    about: str = ""
    """The resource, the taint as `key=value:effect`, the requirement in words, the topology key, the port."""
    missing: int | None = None
    """Nano-units that lack, of a resource."""
    offered: int | None = None
    """Nano-units that the place has when nothing runs on it; 0 where it does not know the resource."""
