"""What a rotation did and cost, in Markdown, for the change ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from nodeview.actions import NodeProgress, PodMove, Progress, StepState, WorkloadMeasure

OUTCOMES = {
    "done": "done",
    "failed": "ended, and not all of it is done",
    "stopped": "stopped before its end",
    "refused": "refused; nothing was done",
}
MOST_PODS = 200
"""Pods that are listed one by one; the others are counted."""


def render_rotation(progress: Progress, by: str = "") -> str:
    """The report of a rotation as it stands at `progress.at`; `by` is who carried it out."""
    plan = progress.plan
    head = [
        f"# {plan.title[:1].upper()}{plan.title[1:]}",
        "",
        f"**{OUTCOMES.get(progress.phase, progress.phase)}**. {progress.sentence}".rstrip(),
        "",
        f"- rotation: `{plan.id}`",
        f"- cluster: {plan.cluster} (context {plan.context})",
        *([f"- by: {by}"] if by else []),
        f"- from {_when(progress.began)} to {_when(progress.at)}, {_span(progress.at - progress.began)}",
        *([f"- goes on with `{progress.resume}`"] if progress.resume else []),
    ]
    accepted = [one for one in plan.blockers if one.accepted]
    parts = [
        head,
        _table("Nodes", ("node", "in the end"), (_node(one, progress) for one in progress.nodes)),
        _table(
            "Workloads",
            ("workload", "wanted", "lowest available", "seconds below", ""),
            (_workload(one) for one in progress.measures.workloads),
        ),
        _pods(progress.measures.moves),
        _table("Accepted on purpose", ("check", "what it said"), ((one.name, one.message) for one in accepted)),
        _table("Steps", ("", "step", "of", "end", "took", "words"), (_step(one) for one in progress.steps)),
    ]
    return "\n".join("\n".join(part) for part in parts if part) + "\n"


def _node(node: NodeProgress, progress: Progress) -> tuple[str, str]:
    target = next((one for one in progress.plan.targets if one.name == node.name), None)
    before = "; was cordoned before, by another" if target is not None and target.cordoned_before else ""
    return node.name, node.words + before


def _workload(one: WorkloadMeasure) -> tuple[str, str, str, str, str]:
    wanted = "–" if one.wanted is None else str(one.wanted)
    lowest = "–" if one.lowest is None else str(one.lowest)
    return one.subject.text, wanted, lowest, f"{one.below_s:.0f}" if one.lowest is not None else "–", one.words


def _pods(moves: Sequence[PodMove]) -> list[str]:
    heads = ("workload", "old pod", "on", "new pod", "on", "pending", "to ready")
    lines = _table("Pods", heads, (_move(one) for one in moves[:MOST_PODS]))
    if len(moves) > MOST_PODS:
        lines.append(f"\n{len(moves) - MOST_PODS} more pods are not listed.")
    return lines


def _move(move: PodMove) -> tuple[str, ...]:
    new = (move.new, move.new_node) if move.new else ("–", "–")
    return move.workload.text, move.old, move.old_node, *new, _seconds(move.pending_s), _seconds(move.ready_s)


def _step(state: StepState) -> tuple[str, ...]:
    took = _span(state.ended - state.since) if state.ended is not None and state.since is not None else ""
    step = state.step
    return str(step.number), step.verb, step.subject.text, state.stand, took, state.words


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A heading and its table; nothing where there are no rows."""
    lines = [_row(row) for row in rows]
    if not lines:
        return []
    return ["", f"## {title}", "", _row(heads), _row(["---"] * len(heads)), *lines]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f} s"
