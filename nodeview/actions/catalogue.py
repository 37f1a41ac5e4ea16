"""What can be done to a cluster: one line for each action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from nodeview.actions.plan import Kind
from nodeview.actions.rotate import plan_rotation
from nodeview.actions.single import plan_cordon, plan_protect, plan_restart, plan_uncordon, plan_unprotect


class Action(NamedTuple):
    """One action: who plans it, and what it does in a few words."""

    kind: Kind
    plan: Callable[..., Any]
    words: str


ACTIONS = (
    Action("rotation", plan_rotation, "restart what runs on some nodes, so that they get empty"),
    Action("cordon", plan_cordon, "keep new pods from some nodes"),
    Action("uncordon", plan_uncordon, "let pods come to some nodes again"),
    Action("restart", plan_restart, "replace all pods of a workload, in its own way"),
    Action("protect", plan_protect, "ask whoever removes nodes to leave one alone"),
    Action("unprotect", plan_unprotect, "let whoever removes nodes take it again"),
)
"""In the order in which they are told."""
