"""The progress of a plan that is being carried out: what it asks, its nodes, what it costs whom, and its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.widget import Widget

from nodeview.actions import Answer, Execution, Progress, verb_words
from nodeview.frame import Frame
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.choice import Choice
from nodeview.ui.screens.lines_screen import LinesScreen, SaidLines
from nodeview.ui.widgets.freshness import liveness
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_list import Line, Said
from nodeview.ui.widgets.plan_lines import subject_words
from nodeview.ui.widgets.rotation_lines import head_of, lines_of_rotation, more_of_run
from nodeview.views import Tone, printable

LOOK_S = 0.2
"""How often it is looked whether something differs; the value is the very same while nothing does."""
ANSWERS: dict[Answer, str] = {
    "wait": "wait: as long again",
    "skip": "skip: leave this step as it is, and go on with the next",
    "stop": "stop: begin nothing more; it can be resumed",
}


class Rotation(LinesScreen):
    """Leaving it stops nothing."""

    BINDINGS = bindings("rotation", "table")
    AUTO_FOCUS = "#lines"

    def __init__(self, desk: Desk, execution: Execution) -> None:
        """Show this one; `action_other` goes to the next."""
        super().__init__(desk)
        self.execution = execution
        self.head = SaidLines(desk, self._head, id="facts")
        self._told: Progress | None = None
        self._report = ""

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return self.head, self.lines, self.more, Keys(self.desk.ink, "rotation", acting=True)

    def on_mount(self) -> None:
        """Look at it now and then."""
        self.set_interval(LOOK_S, self._look)

    def show(self, frame: Frame) -> None:
        """Its progress comes by itself."""
        self.head.renew()

    def tick(self) -> None:
        """Ages."""
        self.head.renew()
        self.renew_lines()

    def arrange_heights(self, room: int) -> None:
        """Two lines of a title."""
        self.set_height(self.head, 2)
        super().arrange_heights(room)

    def _look(self) -> None:
        progress = self.execution.progress()
        acts = self.desk.acts
        if progress.ended:
            self.desk.runs.read(progress.plan.id)
        report = acts.report_of(progress.plan.id) if acts is not None and progress.ended else ""
        if progress is not self._told or report != self._report:
            asked = progress.questions and (self._told is None or self._told.questions != progress.questions)
            self._told, self._report = progress, report
            self.head.renew()
            self.renew_lines()
            if asked:
                self.lines.move_to_next("question:")

    def lay_out(self, width: int) -> list[Line]:
        """As it stands."""
        return lines_of_rotation(self.execution.progress(), self.unfolded, self._report, self.desk.clock(), width)

    def more_of(self, key: str) -> str:
        """The whole line."""
        return more_of_run(self.execution.progress(), key)

    def _head(self, width: int) -> list[list[Said]]:
        progress, frame = self.execution.progress(), self.desk.frame
        plan = progress.plan
        first: list[Said] = [(f" {printable(plan.cluster)}", Tone.STRONG)]
        first.append((f" · {printable(plan.title[:1].upper() + plan.title[1:])}", Tone.STRONG))
        if frame is not None:
            first += [("  ", Tone.PLAIN), liveness(frame, self.desk.clock())]
        others = len(self.desk.runs.running) - (not progress.ended)
        if others > 0:
            first.append((f"  {others} more: press n", Tone.COMING))
        return [first, [(" ", Tone.PLAIN), *head_of(progress, self.desk.clock())]]

    # What a person does

    def action_back(self) -> None:
        """Return to the nodes; it goes on."""
        self.app.pop_screen()

    def action_pause(self) -> None:
        """Begin nothing further, or go on."""
        if self.execution.progress().phase == "paused":
            self.execution.resume()
        else:
            self.execution.pause()
        self._look()

    def action_other(self) -> None:
        """The next of those that were begun."""
        every = self.desk.runs.all
        place = every.index(self.execution) if self.execution in every else 0
        self.execution = every[(place + 1) % len(every)]
        self.lines.move_to(0)
        self._look()

    def action_answer(self) -> None:
        """Answer the question under the cursor, or the first."""
        questions = self.execution.progress().questions
        step = self._step_under_cursor()
        one = next((one for one in questions if one.step == step), next(iter(questions), None))
        if one is None:
            return
        options = [(answer, ANSWERS[answer]) for answer in one.answers]
        step = one.step

        def heard(answer: str | None) -> None:
            for known in ANSWERS:
                if answer == known and step is not None:
                    self.execution.answer(step, known)
            self._look()

        self.app.push_screen(Choice(self.desk, f"Step {step}", options, "wait"), heard)

    def action_skip(self) -> None:
        """Leave out the step under the cursor, after a question."""
        number = self._step_under_cursor()
        progress = self.execution.progress()
        if number is None or progress.ended or progress.of(number).over:
            return
        step = progress.of(number).step
        words = f"leave out step {number}: {verb_words(step.verb)} {subject_words(step)}"
        self._sure("Leave it out?", words, lambda: self.execution.skip(number))

    def action_stop(self) -> None:
        """Begin nothing more, after a question."""
        if not self.execution.progress().ended:
            self._sure("Stop?", "stop: what was begun is finished; it can be resumed", self.execution.stop)

    def _sure(self, title: str, words: str, do: Callable[[], None]) -> None:
        def heard(answer: str | None) -> None:
            if answer == "yes":
                do()
            self._look()

        options = [("no", "no, go on"), ("yes", words)]
        self.app.push_screen(Choice(self.desk, title, options, "no"), heard)

    def _step_under_cursor(self) -> int | None:
        kind, _, name = self.lines.cursor_key.partition(":")
        return int(name) if kind in ("step", "question") and name.isdecimal() else None
