"""Why a node is still here, in a Report."""

from __future__ import annotations

from typing import Any

from nodeview.frame import Frame
from nodeview.insights import proof_of
from nodeview.report.json_values import instant
from nodeview.views import NodeView


def staying_json(frame: Frame, view: NodeView) -> dict[str, Any] | None:
    """The strongest reason and its proof, in which moments are RFC 3339 in UTC; null where none is known."""
    stay = frame.insights.staying.first(view.name, frame.at)
    if stay is None:
        return None
    proof = proof_of(stay, lambda at: instant(at) or "")
    return {"reason": stay.reason, "proof": proof, "since": instant(stay.since)}
