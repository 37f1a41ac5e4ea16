"""What is wrong with a node, or being done to it: the first thing to be read of it."""

from __future__ import annotations

from nodeview.actions import mark_of
from nodeview.insights import STAY_WORDS, finding_line, proof_of
from nodeview.records import Node
from nodeview.ui.desk import Desk
from nodeview.ui.widgets.fact_lines import moment_words
from nodeview.ui.widgets.staying_lines import clock_of, staying_of
from nodeview.views import PHASE_TONES, PHASE_WORDS, ClaimView, NodeView, Tone, duration, printable

Wrong = tuple[str, str, Tone]
"""What it is about, what is said of it, and how bad that is."""
HEALTHY = {"Ready": "True"}
"""Every other condition is well when it is False."""
PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
"""Conditions known to be bad when True; what others mean is for their authors to know."""
LEAVING = ("draining", "interrupted", "deleting", "cordoned")
CORDON = "node.kubernetes.io/unschedulable"


def wrongs_of(view: NodeView, desk: Desk) -> list[Wrong]:
    """Its phase where that is not a usual one, who cordoned it, conditions that are amiss, and findings about it."""
    now, standing = desk.clock(), view.standing
    found: list[Wrong] = []
    if standing.phase not in ("ready", "arriving", "cordoned") and not isinstance(view, ClaimView):
        since = (
            f"since {moment_words(standing.since, now)} ({duration(now - standing.since)})" if standing.since else ""
        )
        said = " · ".join(filter(None, (since, printable(standing.reason or ""))))
        found.append((PHASE_WORDS[standing.phase], said, PHASE_TONES[standing.phase]))
    if view.record.unschedulable:
        words = cordon_words(view.record, now).removeprefix("cordoned").lstrip(", ")
        found.append(("cordoned", words, Tone.CAUTION))
    found += [(kind, said, Tone.CAUTION) for kind, said in _conditions(view.record)]
    if desk.frame is not None:
        about = [one for one in desk.frame.insights.findings.all if view.name in one.nodes]
        found += [("finding", finding_line(one, now), Tone.CAUTION) for one in about if one.severity != "info"]
    return found


def summary_of(view: NodeView, desk: Desk) -> list[tuple[str, Tone]]:
    """What of it is said above the pods, a line each: what keeps a node that is to go comes first."""
    now, found = desk.clock(), wrongs_of(view, desk)
    lines: list[tuple[str, Tone]] = []
    stay = staying_of(desk).first(view.name, now) if view.standing.phase in LEAVING else None
    if stay is not None and stay.reason not in ("nothing", "unknown", "no_autoscaler"):
        lines.append((f"{STAY_WORDS[stay.reason]}: {proof_of(stay, lambda at: clock_of(desk, at), now)}", Tone.CAUTION))
    for key, said, tone in found:
        if key == "cordoned":
            lines.append((cordon_words(view.record, now), tone))
        elif key not in PHASE_WORDS.values() and key != "finding":
            lines.append((f"{key} {said}", tone))
    return lines


def cordon_words(node: Node, now: float) -> str:
    """`cordoned by kubectl 3m ago`; who it was is told by managed fields, or by what a rotation of ours wrote on it."""
    taint = node.taint(CORDON)
    at = taint.time_added if taint is not None and taint.time_added is not None else node.cordoned_at
    ago = f" {duration(now - at)} ago" if at is not None else ""
    mark = mark_of(node.annotations)
    if mark is not None and mark.cordoned:
        who = f", for {printable(mark.by)}" if mark.by else ""
        why = f": {printable(mark.why)}" if mark.why else ""
        return f"cordoned by nodeview's rotation {printable(mark.id)}{who}{ago}{why}"
    if node.cordoned_by:
        return f"cordoned by {printable(node.cordoned_by)}{ago}"
    return f"cordoned{ago}, by whom is not told"


def troubles_of(node: Node) -> list[str]:
    """The conditions that are not as they should be, each in its own words."""
    return [f"{kind} {said}" for kind, said in _conditions(node)]


def _conditions(node: Node) -> list[tuple[str, str]]:
    return [
        (printable(one.type), printable(f"{one.status}: {one.message or one.reason}".rstrip(": ")))
        for one in node.conditions
        if one.status != HEALTHY.get(one.type, "False") and one.type in (*HEALTHY, *PRESSURES)
    ]
