"""Why each node stays, as a column of the node table."""

from __future__ import annotations

from collections.abc import Callable

from nodeview.insights.staying import Staying
from nodeview.insights.staying_reason import Clock, Stay, StayReason, proof_of
from nodeview.views import Cell, Column, NodeView, Tone, dash

WIDTH = 52
"""With it the table is wider than most screens: it is there from some 190 columns on."""
STAY_WORDS: dict[StayReason, str] = {
    "draining": "its drain",
    "volume": "a volume",
    "terminating": "its instance",
    "finalizer": "a finalizer",
    "forced_end": "the end",
    "fargate": "Fargate",
    "no_autoscaler": "nobody",
    "arriving": "its arrival",
    "static_pool": "a static pool",
    "node_annotation": "an annotation",
    "policy": "the pool's policy",
    "pod_annotation": "a pod's annotation",
    "several_pdbs": "several PDBs",
    "pdb_never": "a PDB, for good",
    "no_controller": "no controller",
    "local_storage": "local storage",
    "system_pod": "a system pod",
    "minimum_size": "the minimum size",
    "balloons": "balloons",
    "not_empty": "not empty",
    "budget": "a budget",
    "pdb": "a PDB, for now",
    "quiet": "consolidateAfter",
    "nominated": "nominated",
    "karpenter": "Karpenter",
    "budget_in_use": "a budget in use",
    "utilisation": "in use",
    "unknown": "not known",
    "nothing": "nothing",
}
"""What a person reads for each reason."""
_CALM: frozenset[StayReason] = frozenset(
    ("nothing", "unknown", "utilisation", "karpenter", "quiet", "budget_in_use", "no_autoscaler")
)
_GRAVE: frozenset[StayReason] = frozenset(("pdb_never", "several_pdbs", "forced_end", "no_controller"))


def staying_column(known: Callable[[], Staying], clock: Clock) -> Column[NodeView]:
    """The column for what is `known` at the moment of asking, sorted by the strength of the reason.

    A filter finds any of a node's reasons by its name: `stay=pdb`.
    """

    def cell(view: NodeView, now: float) -> Cell:
        stay = known().first(view.name, now)
        if stay is None:
            return dash("why it stays is not known yet")
        return Cell(proof_of(stay, clock, now), tone_of(stay))

    def sort_key(view: NodeView, now: float) -> int | None:
        stay = known().first(view.name, now)
        return None if stay is None else stay.rank

    def words(view: NodeView, now: float) -> tuple[str, ...]:
        return tuple(one.reason for one in known().of(view.name, now))

    return Column("stay", "STAYS FOR", cell, sort_key, WIDTH, gives_way=9, words=words)


def tone_of(stay: Stay) -> Tone:
    """Muted where nothing is amiss, amber where somebody must do something about it."""
    if stay.reason in _GRAVE or (stay.reason == "draining" and "blocked" in stay.words):
        return Tone.CAUTION
    return Tone.MUTED if stay.reason in _CALM else Tone.PLAIN
