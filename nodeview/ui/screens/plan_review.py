"""The review of a plan: all of it is read before it happens, and it happens only to who types the cluster's name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from time import perf_counter

from msgspec.structs import replace
from textual import events
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker

from nodeview.actions import NOTHING_ASKED, Plan, PlanFacts, counted, listed
from nodeview.errors import NodeviewError
from nodeview.frame import Frame
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.runs import VERBS, Wish
from nodeview.ui.screens.lines_screen import LinesScreen, SaidLines
from nodeview.ui.slices import in_slices
from nodeview.ui.widgets.freshness import liveness
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_list import Line, Said
from nodeview.ui.widgets.plan_lines import Gist, gist_of, lines_of_plan, more_of, options_words, steps_of
from nodeview.views import Tone, printable

EVERY_S = 2.0
"""The plan is made anew at most so often while the cluster moves, and never for more than a tenth of the time."""

ANYWAY_S = 10.0
"""And so long after that anyway: a workload may have changed, of which the rows of nodes say nothing."""


class Cancel(SaidLines, can_focus=True):
    """What has the focus: whoever presses Enter goes away, and nothing happens."""

    def __init__(self, desk: Desk) -> None:
        """Unfocused."""
        super().__init__(desk, self._words, id="cancel")

    def _words(self, width: int) -> list[list[Said]]:
        return [[(">[ Cancel ]<" if self.has_focus else " [ Cancel ] ", Tone.STRONG if self.has_focus else Tone.PLAIN)]]

    def on_focus(self) -> None:
        """Enter cancels."""
        self.renew()

    def on_blur(self) -> None:
        """Enter is for the name."""
        self.renew()

    def on_click(self, event: events.Click) -> None:
        """As Enter."""
        if isinstance(self.screen, PlanReview):
            self.screen.action_cancel()


class PlanReview(LinesScreen):
    """Plans a wish, and plans it again when the cluster has moved on. Leaving it changes nothing."""

    BINDINGS = bindings("review", "table")
    AUTO_FOCUS = "#cancel"

    def __init__(self, desk: Desk, wish: Wish) -> None:
        """The plan is made when it is shown."""
        super().__init__(desk)
        self.wish = wish
        self.plan: Plan | None = None
        self.mistake = ""
        """Why there is no plan."""
        self.words = ""
        """What came of the last Enter."""
        self.anew_at: float | None = None
        """When a plan of other steps or blockers was made than the one that was read."""
        self._facts: PlanFacts = NOTHING_ASKED
        self._asked_of: Gist | None = None
        self._wanted = True
        self._shown: Frame | None = None
        self._not_before = float("-inf")
        self._work: Worker[None] | None = None
        self.lines.can_focus = False
        self.head = SaidLines(desk, self._head, id="facts")
        self.cancel = Cancel(desk)
        self.verdict = SaidLines(desk, self._verdict, id="verdict")

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        name = Input(placeholder="the name of the cluster", compact=True, select_on_focus=False, id="name")
        confirm = Horizontal(self.cancel, name, self.verdict, id="confirm")
        return self.head, self.lines, self.more, confirm, Keys(self.desk.ink, "review", acting=True)

    def show(self, frame: Frame) -> None:
        """The cluster moved: plan anew, if it is time."""
        before, self._shown = self._shown, frame
        self._wanted = self._wanted or not frame.quiet_since(before)
        self._plan_anew()

    def tick(self) -> None:
        """A second has passed; of some changes no frame tells."""
        self.head.renew()
        self._wanted = self._wanted or self.desk.clock() >= self._not_before + ANYWAY_S
        self._plan_anew()

    def arrange_heights(self, room: int) -> None:
        """Two lines of a title."""
        self.set_height(self.head, 2)
        super().arrange_heights(room)

    def lay_out(self, width: int) -> list[Line]:
        """The plan, or why there is none."""
        if self.plan is None:
            words = (f" {printable(self.mistake)}", Tone.CAUTION) if self.mistake else (" planning …", Tone.COMING)
            return [Line("mistake", (words,))]
        return lines_of_plan(self.plan, self.unfolded, width)

    def more_of(self, key: str) -> str:
        """The whole line; of one that says all itself, why it cannot be run."""
        return (more_of(self.plan, key) if self.plan is not None else "") or self.why_not

    # Planning

    def _plan_anew(self, *, at_once: bool = False) -> None:
        """Begin, unless that is on its way; then it begins again when that is done."""
        self._wanted = self._wanted or at_once
        if at_once:
            self._not_before = float("-inf")
        idle = self._work is None or self._work.is_finished
        if idle and self._wanted and self.desk.frame is not None and self.desk.clock() >= self._not_before:
            self._work = self.run_worker(self._make(), group="plan")

    async def _make(self) -> None:
        acts, begun = self.desk.acts, perf_counter()
        while acts is not None and self._wanted and (frame := self.desk.frame) is not None:
            self._wanted = False
            wish, id_ = self.wish, self.plan.id if self.plan is not None else ""
            try:
                plan = await in_slices(acts.plan(wish, frame, self._facts, id_))
            except NodeviewError as error:
                self._take(None, error.sentence)
                break
            if wish is not self.wish:
                self._wanted = True
                continue
            self._take(plan)
            if self._asked_of != steps_of(plan):
                self._facts = await acts.facts(plan)
                self._asked_of, self._wanted = steps_of(plan), True
        took = perf_counter() - begun
        self._not_before = self.desk.clock() + max(EVERY_S, 10 * took)

    def _take(self, plan: Plan | None, mistake: str = "") -> None:
        """Show this plan; where others steps or blockers are in it than were read, say so and let it be read first."""
        before, self.mistake = self.plan, mistake
        if plan is not None and before is not None and replace(plan, at=before.at) == before:
            self._renew_words()
            return
        self.plan = plan
        settled = self._asked_of is not None and before is not None and plan is not None
        if settled and plan is not None and before is not None and gist_of(plan) != gist_of(before):
            if plan.options == before.options:
                self.anew_at = self.desk.clock()
            self.query_one("#name", Input).value = ""
        self.renew_lines()
        self._renew_words()

    def _renew_words(self) -> None:
        self.head.renew()
        self.verdict.renew()
        self.more.renew()

    # What it says

    @property
    def cluster(self) -> str:
        """What has to be typed: the short name from the header."""
        frame = self.desk.frame
        return printable(frame.identity.cluster or frame.identity.context) if frame is not None else ""

    @property
    def why_not(self) -> str:
        """Why it cannot be run now; empty where it can."""
        plan, frame = self.plan, self.desk.frame
        if frame is not None and any(one.state == "listing" for one in frame.view.streams):
            return "not all of the cluster is listed yet: a moment"
        if plan is None:
            return self.mistake or "the plan is not made yet"
        missing = [one.access.words for one in self._facts.reviews or () if not one.allowed]
        if missing:
            return f"you lack a permission: {printable(listed(missing))}"
        open_ = [one for one in plan.blockers if not one.accepted]
        if open_:
            return f"{counted(len(open_), 'blocker')} in the way (! finds, a accepts)"
        if not plan.steps:
            return "there is nothing to do"
        return "" if self._asked_of == steps_of(plan) else "the server is being asked: a moment"

    def _head(self, width: int) -> list[list[Said]]:
        frame, plan = self.desk.frame, self.plan
        title = plan.title if plan is not None else VERBS[self.wish.kind][0]
        first: list[Said] = [
            (f" {self.cluster}", Tone.STRONG),
            (f" · {printable(title[:1].upper() + title[1:])}", Tone.STRONG),
        ]
        first.append(("  nothing has been changed yet", Tone.MUTED))
        second: list[Said] = [(" ", Tone.PLAIN)]
        if frame is not None:
            second.append(liveness(frame, self.desk.clock()))
        if self.anew_at is not None:
            at = datetime.fromtimestamp(self.anew_at).strftime("%H:%M:%S")  # noqa: DTZ006
            second.append((f" · the cluster moved on: plan made anew at {at}", Tone.CAUTION))
        elif plan is not None and self._asked_of is None:
            second.append((" · asking the server what it would say", Tone.COMING))
        if plan is not None and plan.kind == "rotation":
            second.append((f" · {options_words(plan)}", Tone.MUTED))
        return [first, second]

    def _verdict(self, width: int) -> list[list[Said]]:
        if self.words:
            return [[(f" {self.words}", Tone.CAUTION)]]
        why = self.why_not
        return [[(f" {why}", Tone.CAUTION) if why else (f" tab, then type {self.cluster} to run it", Tone.MUTED)]]

    # What a person does

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was said of the last try is over."""
        event.stop()
        self.words = ""
        self.verdict.renew()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Run it, if this is the cluster and nothing is in the way."""
        event.stop()
        if event.value.strip() != self.cluster or not self.cluster:
            self.words = f"that is not {self.cluster}: nothing was done"
        else:
            self.words = self.why_not
        if self.words or self.plan is None or self.desk.acts is None:
            self.verdict.renew()
            return
        from nodeview.ui.screens.rotation import Rotation

        execution = self.desk.acts.execute(self.plan)
        self.desk.runs.begin(execution)
        self.app.switch_screen(Rotation(self.desk, execution))

    def action_cancel(self) -> None:
        """Leave it; nothing has been changed."""
        self.app.pop_screen()

    def action_turn(self) -> None:
        """From *Cancel* to the name, and back."""
        name = self.query_one("#name", Input)
        (self.cancel if name.has_focus else name).focus()

    def action_next_blocker(self) -> None:
        """To the next of what stands in the way."""
        self.lines.move_to_next("blocker:")

    def action_accept(self) -> None:
        """Accept the blocker under the cursor, or take that back."""
        kind, _, name = self.lines.cursor_key.partition(":")
        if kind == "blocker":
            accepted = set(self.wish.options.accept) ^ {name}
            self._wish(accept=tuple(sorted(accepted)))

    def action_options(self) -> None:
        """Choose how it is to be done."""
        from nodeview.ui.screens.actions_choice import choose_option

        choose_option(self, self.desk, self.wish.options, self._options_chosen)

    def _options_chosen(self, changes: dict[str, object]) -> None:
        self._wish(**changes)

    def _wish(self, **changes: object) -> None:
        self.wish = replace(self.wish, options=replace(self.wish.options, **changes))
        self._plan_anew(at_once=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a rotation can be done in several ways."""
        return action != "options" or self.wish.kind == "rotation"
