"""The checks before a rotation, R1 to R26: one line for each, in their order."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import msgspec
from msgspec.structs import replace

from nodeview.actions import (
    verdicts_asked,
    verdicts_nodes,
    verdicts_places,
    verdicts_pods,
    verdicts_workloads,
)
from nodeview.actions.plan import Verdict
from nodeview.actions.verdict import Check, Sight

CHECKS: Mapping[str, tuple[Check, ...]] = {
    "busy": (verdicts_nodes.busy,),
    "R1": (verdicts_nodes.going,),
    "R2": (verdicts_pods.bare, verdicts_pods.taken_by_nobody),
    "R3": (verdicts_pods.jobs,),
    "R4": (verdicts_workloads.held_back,),
    "R5": (verdicts_workloads.paused,),
    "R6": (verdicts_workloads.stuck,),
    "R7": (verdicts_workloads.downtime,),
    "R8": (verdicts_workloads.unhealthy,),
    "R9": (verdicts_pods.budgets, verdicts_asked.unknown_budgets),
    "R10": (verdicts_pods.wishes,),
    "R11": (verdicts_nodes.annotated,),
    "R12": (verdicts_pods.data, verdicts_asked.unknown_storage),
    "R13": (verdicts_places.pinned,),
    "R14": (verdicts_places.kept_away,),
    "R15": (verdicts_places.roomless,),
    "R16": (verdicts_places.limited,),
    "R17": (verdicts_nodes.unhealthy_pools,),
    "R18": (verdicts_nodes.groups,),
    "R19": (verdicts_nodes.closed_budgets,),
    "R20": (verdicts_pods.system,),
    "R22": (verdicts_asked.refused,),
    "R23": (verdicts_workloads.unprobed,),
    "R24": (verdicts_asked.single_points,),
    "R25": (verdicts_workloads.governed,),
    "R26": (verdicts_nodes.lasting,),
}
"""Id → its checks. R21, a workload scaled between plan and act, is `recheck`'s: there is no act yet."""


class Verdicts(msgspec.Struct, frozen=True):
    """What came of all checks."""

    blockers: tuple[Verdict, ...] = ()
    warnings: tuple[Verdict, ...] = ()
    notes: tuple[Verdict, ...] = ()


def judged(sight: Sight, accept: tuple[str, ...]) -> Generator[None, None, Verdicts]:
    """Let every check look; each verdict is there once. Yields after each check."""
    found: dict[str, dict[str, Verdict]] = {"block": {}, "warn": {}, "info": {}}
    accepted = frozenset(accept)
    for name, checks in CHECKS.items():
        for check in checks:
            for said in check(sight):
                if said is None:
                    yield
                    continue
                severity, subject, message = said
                one = Verdict(name, subject, message, f"{name}:{subject}" in accepted)
                other = found[severity].get(one.name)
                if other is not None and message not in other.message:  # a namesake of another kind
                    one = replace(one, message=f"{other.message}; {message}")
                found[severity][one.name] = one
            yield
    return Verdicts(*(tuple(some.values()) for some in found.values()))
