"""Where a filter is typed: live, and never guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from nodeview.ui.desk import Desk
from nodeview.ui.tones import Part
from nodeview.ui.widgets.line_widget import TextLines
from nodeview.views import FilterError, Tone

DEBOUNCE = 0.12
"""Seconds without a key before a filter is tried."""


class Verdict(TextLines):
    """What is wrong with the filter, beside it."""

    words = ""

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """One line."""
        return [[self.ink.part(f" {self.words}", Tone.CAUTION)]]


class FilterInput(Horizontal):
    """A line to type a filter in; the last one that was understood holds."""

    @dataclass
    class Changed(Message):
        """Another filter holds."""

        filter: Any
        """What the words were understood as."""

    def __init__(
        self,
        desk: Desk,
        understand: Callable[[str], Any],
        nothing: Any,
        holds: str = "",
        example: str = "words, pool=api, cpu>80, phase=draining, ns=shop",
    ) -> None:
        """Closed until somebody asks for it. `understand` makes a filter of words, or a `FilterError`;

        `nothing` is the filter of no words, and `holds` the words to begin with.
        """
        super().__init__(id="filter")
        self.desk = desk
        self._nothing = nothing
        self._example = example
        self._understand = understand
        self._verdict = Verdict(desk.ink, id="verdict")
        self._waiting: Timer | None = None
        self._holds = holds

    def compose(self) -> ComposeResult:
        """The input and its verdict."""
        yield Input(
            value=self._holds,
            placeholder=self._example,
            compact=True,
            select_on_focus=False,
        )
        yield self._verdict

    def open(self) -> None:
        """Let somebody type."""
        self.add_class("-open")
        self.screen.set_focus(self.query_one(Input))  # at once: the next keys are already on their way

    def take(self, text: str) -> None:
        """Hold this filter, in sight, as if somebody had typed it."""
        self.query_one(Input).value = text
        self.add_class("-open")
        self._try()

    def clear_filter(self) -> None:
        """No filter any more, and no line for one."""
        self.query_one(Input).value = ""
        self._try()
        self._close()

    def _close(self) -> None:
        if not self._holds:
            self.remove_class("-open")
        self.screen.set_focus(self.screen.query_one("#table"))

    def on_mount(self) -> None:
        """A filter from the command line is in sight."""
        self.set_class(bool(self._holds), "-open")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Try it when the keys rest."""
        event.stop()
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(DEBOUNCE, self._try)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep it and go back to the rows, unless it is wrong."""
        event.stop()
        if self._try():
            self._close()

    def _try(self) -> bool:
        text = self.query_one(Input).value.strip()
        if self._waiting is not None:
            self._waiting.stop()
        understood = self._understand(text) if text else self._nothing
        wrong = isinstance(understood, FilterError)
        self._verdict.words = understood.sentence if isinstance(understood, FilterError) else ""
        self._verdict.renew()
        if not wrong and text != self._holds:
            self._holds = text
            self.post_message(self.Changed(understood))
        return not wrong
