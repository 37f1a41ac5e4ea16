"""A moment of a plan that is carried out."""

from __future__ import annotations

from nodeview.actions.plan import Plan, Step, Subject
from nodeview.actions.progress import Progress, Stand, StepState


def _progress(phase: str, *stands: Stand) -> Progress:
    steps = tuple(Step(place + 1, "cordon", Subject("Node", "n"), "", "") for place in range(len(stands)))
    plan = Plan("id", "rotation", "", "", "", 0.0, (), steps)
    states = tuple(StepState(step, stand) for step, stand in zip(steps, stands, strict=True))
    return Progress(plan, phase, 1.0, 0.0, states)  # type: ignore[arg-type]


def test_what_is_over_and_how_it_stands() -> None:
    progress = _progress("running", "done", "skipped", "running", "waiting", "parked", "done")
    assert progress.over == 4
    assert progress.counts == {"done": 2, "skipped": 1, "running": 1, "waiting": 1, "parked": 1}
    assert progress.of(3).stand == "running"
    assert not progress.ended


def test_it_ends_in_four_ways() -> None:
    ended = {
        phase
        for phase in ("checking", "running", "paused", "stopping", "done", "stopped", "failed", "refused")
        if _progress(phase).ended
    }
    assert ended == {"done", "stopped", "failed", "refused"}
