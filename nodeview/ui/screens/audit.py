"""The audit of requests: what lacks them, and what asks for a hair too much."""

from __future__ import annotations

from textual.worker import Worker

from nodeview.frame import Frame
from nodeview.insights import Audit, audit_lines, audit_requests
from nodeview.ui.commands import bindings
from nodeview.ui.desk import Desk
from nodeview.ui.screens.page_screen import PageScreen
from nodeview.ui.slices import in_slices
from nodeview.ui.tones import Part
from nodeview.ui.widgets.page import wrapped
from nodeview.views import ClusterView, Tone, printable

EVERY_S = 5.0
"""Seconds for which an audit is shown, though things may differ by then."""


class AuditScreen(PageScreen):
    """One page; derived again every few seconds at most, in slices, while it is on top."""

    BINDINGS = bindings("audit")
    PLACE = "audit"
    ABOUT = "audit of requests"

    def __init__(self, desk: Desk) -> None:
        """Filled when it is shown."""
        super().__init__(desk)
        self.audit: Audit | None = None
        self._of: ClusterView | None = None
        self._at = float("-inf")
        self._work: Worker[None] | None = None

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

    async def _derive(self, view: ClusterView) -> None:
        self.audit = await in_slices(audit_requests(view))
        self.page.renew()

    def content(self, width: int) -> list[list[Part]]:
        """What the newest audit found, or why there is none yet."""
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
