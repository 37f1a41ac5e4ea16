"""What the keys do here, made from the bindings that are active, and what the signs mean."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.screen import Screen

from nodeview.ui.commands import COMMANDS, bindings
from nodeview.ui.desk import Desk
from nodeview.ui.tones import Part
from nodeview.ui.widgets.keys import Keys
from nodeview.ui.widgets.page import Page
from nodeview.views import Fill, Tone

SIGNS: tuple[tuple[str, str, Tone], ...] = (
    ("▸", "the cursor: Enter opens this row, and it stays on it while rows move", Tone.STRONG),
    ("+", "joined a moment ago", Tone.COMING),
    ("-", "left a moment ago; no sum counts it any more", Tone.MUTED),
    ("!", "needs somebody: the word under STATE says why", Tone.ALARM),
    ("–", "not known, or does not apply; never zero", Tone.MUTED),
    ("●", "live, and how long ago the last byte came", Tone.GOOD),
    ("▲", "what is shown of this may be old: h says of which streams, since when and why", Tone.CAUTION),
)
MONEY_SIGNS: tuple[tuple[str, str, Tone], ...] = (
    ("≥", "at least: some nodes have no price", Tone.PLAIN),
    ("~", "an estimate, or a sum with estimates in it: Enter on the node says how it came about", Tone.PLAIN),
    ("$/h $/mo", "at this rate, now: a day has 24 hours, a month 730", Tone.PLAIN),
    ("real work …", "a node's price is split by AWS's own 9:1, a CPU core to a GiB, of its capacity", Tone.PLAIN),
    ("reserved", "what a node keeps from its pods: capacity less allocatable", Tone.PLAIN),
    ("idle", "offered to pods, and requested by none", Tone.PLAIN),
)
"""Not said where prices are disabled."""
FILTERS: tuple[tuple[str, str], ...] = (
    ("pool=api,web", "one of these"),
    ("pool!=api", "none of these"),
    ("cpu>80", "percent requested; also memory, pods (a count), age>7d"),
    ("cpu-used>80", "percent really used, where the metrics API answers; also memory-used"),
    ("phase=draining", "arriving, ready, not_ready, cordoned, interrupted, draining, deleting"),
    ("price>0.5", "of an hour, as under $/H"),
    ("ns=shop", "nodes with pods of this namespace"),
    ("spot 1a", "words found in the row or its labels; all terms must hold"),
)


MOVES = frozenset(one.id for one in COMMANDS if one.place in ("table", "page"))
"""Told in one line: whoever reads this has moved before."""


class Help(Screen[None]):
    """One page over everything; Escape closes it."""

    BINDINGS = bindings("help")
    AUTO_FOCUS = "#page"

    def __init__(self, desk: Desk, active: Mapping[str, ActiveBinding]) -> None:
        """About the screen whose bindings these are."""
        super().__init__()
        self.desk = desk
        self._active = [one.binding for one in active.values() if one.binding.description]

    def compose(self) -> ComposeResult:
        """The page and its keys."""
        yield Page(self.desk.ink, self._content, id="page")
        yield Keys(self.desk.ink, "help")

    def action_back(self) -> None:
        """Close it."""
        self.app.pop_screen()

    def _content(self, width: int) -> list[list[Part]]:
        ink, priced = self.desk.ink, self.desk.options.priced
        lines = [[ink.part(" Keys", Tone.STRONG)]]
        moving: list[str] = []
        for keys, binding in self._by_command():
            if binding.id in MOVES:
                moving.append(keys)
                continue
            said = f"{binding.description}: {binding.tooltip}" if binding.tooltip else binding.description
            lines.append([ink.part(f"   {keys:<16} ", Tone.COMING), ink.part(said)])
        if moving:
            lines.append(
                [ink.part(f"   {'  '.join(moving)}  ", Tone.COMING), ink.part("Move by lines, by screens, to the ends")]
            )
        lines += [[], [ink.part(" Filter", Tone.STRONG)]]
        filters = [one for one in FILTERS if priced or not one[0].startswith("price")]
        lines += [[ink.part(f"   {one:<16} ", Tone.COMING), ink.part(said)] for one, said in filters]
        lines += [[], [ink.part(" Signs", Tone.STRONG)]]
        signs = (*SIGNS, *(MONEY_SIGNS if priced else ()))
        lines += [[ink.part(f"   {sign:<16} ", tone), ink.part(said)] for sign, said, tone in signs]
        bar = [ink.part("   "), *ink.bar(Fill(0.5, 0.25, 0.3), 12), ink.part("     ")]
        lines.append(
            [*bar, ink.part("requested by work, held by balloons, free; the tick: really used, where measured")]
        )
        lines += [[], [ink.part(" Colours", Tone.STRONG)], [ink.part("   ")]]
        for tone, words in TONES:
            lines[-1].append(ink.part(f"{words}   ", tone))
        return lines

    def _by_command(self) -> list[tuple[str, Binding]]:
        """Each command once, with all its keys, in the order of the table; the palette comes last."""
        order = {one.id: place for place, one in enumerate(COMMANDS)} | {"command_palette": len(COMMANDS)}
        keys: dict[str, list[str]] = {}
        first: dict[str, Binding] = {}
        for binding in self._active:
            name = binding.id if binding.id in order else binding.action.removeprefix("app.")
            if name not in order:
                continue
            first.setdefault(name, binding)
            keys.setdefault(name, []).append(self.app.get_key_display(binding))
        names = sorted(first, key=order.__getitem__)
        return [(" ".join(dict.fromkeys(keys[name])), first[name]) for name in names]


TONES = (
    (Tone.GOOD, "good"),
    (Tone.CAUTION, "look at it"),
    (Tone.ALARM, "act"),
    (Tone.COMING, "on its way"),
    (Tone.MUTED, "as usual"),
)
