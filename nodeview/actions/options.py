"""How a rotation is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Cordoning = Literal["all", "batch"]
Until = Literal["empty", "removed"]


class RotationOptions(msgspec.Struct, frozen=True):
    """What a person may choose, as the command line has it."""

    cordon: Cordoning = "all"
    """All targets first, or only those of the batch that is at work."""
    max_in_flight: str = ""
    """Nodes of a batch: `2`, or a share of the targets, `25%`; empty for all with `--cordon all`, else 1."""
    max_restarts: int = 4
    """Workloads that roll beside each other."""
    one_zone_at_a_time: bool = False
    settle_s: int = 0
    """Seconds between two batches."""
    until: Until | None = None
    """None: until removed where Karpenter takes nodes away, until empty elsewhere."""
    evict_rest: bool = False
    """Evict what no restart moves."""
    delete_empty_claims: bool = False
    accept: tuple[str, ...] = ()
    """Verdicts that are overridden, by name: `R4:shop/ledger`."""
    deadline_s: int = 600
    """After so many seconds a rollout, or a node that does not get empty, is a question."""
    removal_s: int = 1800
    """And a node that is not taken away."""

    def batch_of(self, targets: int) -> int:
        """How many nodes are at work at once, at least one; a share is rounded up, as Karpenter does."""
        text = self.max_in_flight
        if not text:
            return max(targets, 1) if self.cordon == "all" else 1
        share = text.endswith("%")
        number = int(text.removesuffix("%"))
        return max(1, min(-(-number * targets // 100) if share else number, max(targets, 1)))


def why_no_batch(text: str) -> str:
    """What is wrong with a `--max-in-flight`, as the end of a sentence; empty where nothing is."""
    digits = text.removesuffix("%")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 6) or int(digits) == 0:
        return f'must be a number of nodes or a share such as 25%, not "{text}"'
    return "must be at most 100%" if text.endswith("%") and int(digits) > 100 else ""


def options_said(said: Mapping[str, str | int | bool | None]) -> RotationOptions:
    """The options back from a plan's own; what it does not say is the default."""
    names = {field.name for field in msgspec.structs.fields(RotationOptions)}
    known = {name: value for name, value in said.items() if name in names and value is not None}
    accept = str(known.pop("accept", "") or "")
    listed = tuple(one for one in accept.split(",") if one)
    return msgspec.convert({**known, "accept": listed}, RotationOptions)
