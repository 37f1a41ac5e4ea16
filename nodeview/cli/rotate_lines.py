"""What `nodeview rotate` prints while it runs, and of rotations that it knows: a line for each thing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from nodeview.actions import Progress, StepState
from nodeview.live.rotations import Known, Undone

EVERY_S = 10.0
"""What a step waits for is told again at most this often."""


class Lines:
    """Makes lines of what differs between one progress and the next."""

    def __init__(self) -> None:
        self._told: dict[int, StepState] = {}
        self._at: dict[int, float] = {}
        self._phase = ""

    def of(self, progress: Progress) -> Iterator[str]:
        """Lines for what is new."""
        if progress.phase != self._phase and progress.phase in ("checking", "running", "paused", "stopping"):
            self._phase = progress.phase
            yield f"{_clock(progress.at)}  {progress.phase}" + (f": {progress.sentence}" if progress.sentence else "")
        for state in progress.steps:
            before = self._told.get(state.step.number)
            if before is not state and self._worth(before, state, progress.at):
                self._told[state.step.number] = state
                self._at[state.step.number] = progress.at
                yield _line(state, progress.at)

    def _worth(self, before: StepState | None, state: StepState, now: float) -> bool:
        if state.stand == "waiting":
            return False
        if before is None or before.stand != state.stand:
            return state.over or not state.step.writes or state.stand == "asking"
        return bool(state.words) and now - self._at[state.step.number] >= EVERY_S and before.words != state.words


def known_lines(known: tuple[Known, ...]) -> Iterator[str]:
    """How rotations stand, a few lines each."""
    if not known:
        yield "There is no rotation, here or on any node."
    for one in known:
        began = (
            datetime.fromtimestamp(one.began).astimezone().strftime("%Y-%m-%d %H:%M:%S")
            if one.began is not None
            else "–"
        )
        yield f"{one.id}  {one.stand}  {one.title}  by {one.by or '–'}, {began}"
        if one.trouble:
            yield f"  {one.trouble}"
        if one.record is not None:
            stands = [entry.stand for entry in one.record.stands().values()]
            over = sum(stand in ("done", "skipped") for stand in stands)
            yield f"  {over} of {len(one.record.plan.steps)} steps are done" + _torn(one)
        elif one.nodes:
            yield "  its journal is not here; this is what its nodes say"
        for node, mark in one.nodes:
            did = "cordoned by it" if mark.cordoned else "marked by it"
            yield f"  {node.name}: {did}" + (f", over since {mark.ended}" if mark.ended else "")
        if one.stand not in ("done", "aborted", "ended", "refused", "unknown"):
            yield f"  go on with: nodeview rotate resume {one.id}"
            yield f"  undo with:  nodeview rotate abort {one.id}"


def undone_lines(known: Known, undone: Undone) -> Iterator[str]:
    """What an abort came to."""
    for name in undone.uncordoned:
        yield f"node/{name}: uncordoned"
    for name in undone.left:
        yield f"node/{name}: its mark is gone; {known.id} had not cordoned it"
    for name, why in undone.failed:
        yield f"node/{name}: failed: {why}"
    if not (undone.uncordoned or undone.left or undone.failed):
        yield "There was nothing to undo."


def _torn(known: Known) -> str:
    torn = known.record is not None and known.record.torn
    return "; the last line of its journal was cut short" if torn else ""


def _line(state: StepState, at: float) -> str:
    step = state.step
    said = f": {state.words}" if state.words else ""
    stand = "" if state.stand in ("done", "running") else f" {state.stand}"
    return f"{_clock(at)}  {step.verb} {step.subject.text}{stand}{said}"


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")
