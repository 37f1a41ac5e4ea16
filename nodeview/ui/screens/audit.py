"""The audit of requests: what lacks them, and what asks for a hair too much."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Iterable
from time import perf_counter

from textual.widget import Widget
from textual.worker import Worker

from nodeview.frame import Frame
from nodeview.insights import Audit, audit_lines, audit_requests
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.cluster_screen import ClusterScreen
from nodeview.ui.tones import Part
from nodeview.ui.widgets.freshness import beside_freshness, liveness
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.ui.widgets.page import Page, wrapped
from nodeview.views import ClusterView, Tone, printable

SLICE_S, BREATH_S = 0.002, 0.002
"""Work on the audit, and then leave the loop to others: a key finds it free."""
EVERY_S = 5.0
"""Seconds for which an audit is shown, though things may differ by then."""


class AuditHead(TextLines):
    """Which cluster, and how old the picture is."""

    def __init__(self, desk: Desk) -> None:
        """One line."""
        super().__init__(desk.ink, id="facts")
        self.desk = desk

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """The same words on freshness as on the dashboard."""
        frame = self.desk.frame
        if frame is None:
            return [[self.ink.part(" connecting …", Tone.COMING)]]
        name = (f" {printable(frame.identity.cluster or frame.identity.context)}", Tone.STRONG)
        live = liveness(frame, self.desk.clock())
        return [beside_freshness([[name, (" · audit of requests", Tone.MUTED)], [name]], live, width, self.ink)]


class AuditScreen(ClusterScreen):
    """One page; derived again every few seconds at most, in slices, while it is on top."""

    BINDINGS = bindings("audit")
    AUTO_FOCUS = "#page"

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk)
        self.summary = AuditHead(desk)
        self.page = Page(desk.ink, self._content, id="page")
        self.audit: Audit | None = None
        self._of: ClusterView | None = None
        self._at = float("-inf")
        self._work: Worker[None] | None = None

    def body(self) -> Iterable[Widget]:
        """From top to bottom."""
        return self.summary, self.page, Keys(self.desk.ink, "audit")

    def show(self, frame: Frame) -> None:
        """The first frame is looked at once, later ones at the tick."""
        if self._of is None:
            self.tick()

    def tick(self) -> None:
        """A second has passed."""
        self.summary.renew()
        frame, now = self.desk.frame, self.desk.clock()
        if frame is None or not self.is_mounted or (self._work is not None and not self._work.is_finished):
            return
        if self._of is None or (frame.view is not self._of and not 0 <= now - self._at < EVERY_S):
            self._of, self._at = frame.view, now
            self._work = self.run_worker(self._derive(frame.view), group="audit")

    def action_back(self) -> None:
        """Return to the nodes."""
        self.app.pop_screen()

    async def _derive(self, view: ClusterView) -> None:
        work = audit_requests(view)
        begun = perf_counter()
        while True:
            try:
                next(work)
            except StopIteration as done:
                self.audit = done.value
                self.page.renew()
                return
            if perf_counter() - begun > SLICE_S:
                await sleep(BREATH_S)
                begun = perf_counter()

    def _content(self, width: int) -> list[list[Part]]:
        frame, ink = self.desk.frame, self.desk.ink
        if frame is None:
            return []
        if frame.view.no_pods:
            return [[ink.part(f" pods are not known: {printable(frame.view.no_pods)}", Tone.CAUTION)]]
        if not any(one.resource == "pods" and one.synced_once for one in frame.view.streams):
            return [[ink.part(" pods are still being listed …", Tone.COMING)]]
        if self.audit is None:
            return [[ink.part(" looking at all pods …", Tone.COMING)]]
        return [
            [ink.part(f" {' ' * (line.indent + 2 * bool(place))}{text}", line.tone)]
            for line in audit_lines(self.audit)
            for place, text in enumerate(wrapped(line.text, width - line.indent - 3) or [""])
        ]
