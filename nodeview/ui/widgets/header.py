"""The top of the dashboard: is it live, is anything wrong, how full is the cluster, and what does it cost."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from nodeview.frame import Frame
from nodeview.insights import counted
from nodeview.records import USED
from nodeview.ui.desk import Desk
from nodeview.ui.tones import Part
from nodeview.ui.widgets.bill import BY_DAY, bill_wordings, capacity_of
from nodeview.ui.widgets.freshness import ESSENTIAL, Said, beside_freshness, expiry_of, liveness
from nodeview.ui.widgets.line_widget import TextLines, spread
from nodeview.views import (
    PHASE_ORDER,
    PHASE_TONES,
    PHASE_WORDS,
    Fill,
    Tally,
    Tone,
    amount,
    cell_width,
    finding_of,
    of_whole,
    percent,
    printable,
    shorten_end,
    used_share_of,
    why_unheard,
)

GAUGE_AT_LEAST = 10
COUNTS_AT_LEAST = 100
"""Columns of counts that go before money by capacity type."""


class Header(TextLines):
    """Two lines of counts, a gauge per resource, and a line of what is not shown, if anything."""

    def __init__(self, desk: Desk, *, id: str = "header") -> None:
        """Empty until a frame comes."""
        super().__init__(desk.ink, id=id)
        self.desk = desk
        self._region: str | None = None
        self._region_is_known = False
        """Asked of thousands of nodes once, not ten times a second: clusters do not move."""
        self._used: dict[str, float | None] = {}
        self._used_of: tuple[object, int] = (None, 0)

    def wanted_height(self, room: int) -> int:
        """Lines it would like on a screen of so many; the gauges go first."""
        gauges = len(self.desk.options.resources)
        lines = 2 + (gauges if room >= 12 + gauges else 0)
        return lines + bool(self._notes())

    def layout_lines(self, width: int, height: int) -> list[list[Part]]:
        """All lines, for the present frame and moment."""
        frame = self.desk.frame
        if frame is None:
            title = self.desk.options.title
            return [
                self._parts(
                    [(f" {printable(title)}" if title else " nodeview", Tone.STRONG), ("  connecting …", Tone.COMING)]
                )
            ]
        notes = self._notes()
        lines = [self._identity(frame, width), self._counts(frame, width)]
        room = height - len(lines) - bool(notes)
        if room > 0:
            lines += self._gauges(frame.view.totals, self._used_shares(frame), width)[:room]
        if notes:
            lines.append(self._parts(cut([(" ", Tone.PLAIN), *joined(notes)], width)))
        return lines

    def _parts(self, said: list[Said]) -> list[Part]:
        return [self.ink.part(text, tone) for text, tone in said]

    def _identity(self, frame: Frame, width: int) -> list[Part]:
        identity = frame.identity
        about = [(printable(identity.cluster or identity.context), Tone.STRONG)]
        if not self._region_is_known:
            self._region, self._region_is_known = region_of(frame), frame.complete
        if self._region:
            about.append((printable(self._region), Tone.MUTED))
        if identity.version:
            about.append((printable(identity.version.text), Tone.MUTED))
        if identity.insecure:
            about.append(("certificate not verified", Tone.CAUTION))
        badge, asks = self.desk.runs.badge
        badges = [(f"{badge} (press w)", Tone.CAUTION if asks else Tone.COMING)] if badge else []
        left = self._parts([(" ", Tone.PLAIN), *joined([about[0], *badges, *about[1:]])])
        live = liveness(frame, self.desk.clock())
        wordings = bill_wordings(frame.view.totals, width) if self.desk.options.priced else []
        for gap, costs in ((gap, one) for one in wordings for gap in (5, 2)):
            right = self._parts([live, (" " * gap, Tone.PLAIN), *costs, (" ", Tone.PLAIN)])
            line = spread(left, right, width, self.ink)
            if line is not left:
                return line
        warned = [one for one in about[1:] if one[1] is Tone.CAUTION]
        head = [about[0], *badges]
        names = ([*head, *about[1:]], [*head, *warned], head)
        return beside_freshness([[(" ", Tone.PLAIN), *joined(one)] for one in names], live, width, self.ink)

    def _counts(self, frame: Frame, width: int) -> list[Part]:
        """The fullest of some wordings that fits; what is as usual goes first."""
        totals = frame.view.totals
        unheard = why_unheard(frame.view.streams, "nodes")
        right = self._parts([*capacity_of(totals), (" ", Tone.PLAIN)])
        if self.desk.options.priced and width >= BY_DAY:
            dearer = self._parts([*capacity_of(totals, with_money=True), (" ", Tone.PLAIN)])
            right = dearer if width - sum(len(text) for text, _ in dearer) >= COUNTS_AT_LEAST else right
        for gap, detail, with_right in ((6, 2, True), (3, 2, True), (3, 2, False), (3, 1, False), (3, 0, False)):
            nodes = [("nodes –", Tone.CAUTION)] if unheard else nodes_of(totals, detail)
            nodes += claims_of(len(frame.view.claims))
            pods = pods_of(totals, detail)
            left = self._parts([(" ", Tone.PLAIN), *nodes, (" " * gap, Tone.PLAIN), *pods])
            line = spread(left, right, width, self.ink) if with_right else left
            if sum(len(text) for text, _ in line) <= width and (not with_right or line is not left):
                return line
        return left

    def _used_shares(self, frame: Frame) -> dict[str, float | None]:
        """What all nodes use; summed when a poll has come or a node came or went, not at every paint."""
        of = (frame.view.usage.nodes, len(frame.view.nodes))
        if self._used_of[0] is not of[0] or self._used_of[1] != of[1]:
            nodes, resources = frame.view.nodes.values(), self.desk.options.resources if of[0] else ()
            self._used = {name: used_share_of(nodes, name) for name in resources if name in USED}
            self._used_of = of
        return self._used

    def _gauges(self, totals: Tally, used: dict[str, float | None], width: int) -> list[list[Part]]:
        resources = self.desk.options.resources
        names = [printable(name.rsplit("/", 1)[-1]) for name in resources]
        label = max(map(len, names), default=0)
        shares = [share_words(totals, name) for name in resources]
        amounts = [amount_words(totals, name) for name in resources]
        share_width, amount_width = max(map(len, shares), default=0), max(map(len, amounts), default=0)
        bar = width - label - share_width - amount_width - (10 if width >= 100 else 6)
        lines: list[list[Part]] = []
        for place, (resource, name) in enumerate(zip(resources, names, strict=True)):
            share = totals.share(resource)
            parts = self._parts([(f" {name.ljust(label)} ", Tone.MUTED)])
            if share is not None and bar >= GAUGE_AT_LEAST:
                parts += self.ink.bar(
                    replace(fill_of(totals, resource), used=used.get(resource)), bar, gauge_tone(share)
                )
            elif bar >= GAUGE_AT_LEAST:
                parts += self._parts([(" " * bar, Tone.PLAIN)])
            parts += self._parts(
                [
                    (f"  {shares[place].ljust(share_width)}", Tone.STRONG if share is not None else Tone.MUTED),
                    (f"{'     ' if width >= 100 else ' '}{amounts[place].rjust(amount_width)}", Tone.PLAIN),
                ]
            )
            lines.append(parts)
        return lines

    def _notes(self) -> list[Said]:
        return notes_of(self.desk.frame, self.desk.clock()) if self.desk.frame else []


def joined(said: list[Said], by: str = " · ") -> list[Said]:
    """The same with muted dots between."""
    return [one for each in said for one in ((by, Tone.MUTED), each)][1:]


def cut(said: list[Said], width: int) -> list[Said]:
    """The same in `width` columns, with a sign where something had to go."""
    kept: list[Said] = []
    room = width
    for text, tone in said:
        if cell_width(text) > room:
            return [*kept, (shorten_end(text, room), tone)] if room > 0 else kept
        kept.append((text, tone))
        room -= cell_width(text)
    return kept


def region_of(frame: Frame) -> str | None:
    """The region of most nodes, since a cluster has one; the first by name of equals."""
    counted = Counter(view.traits.region for view in frame.view.nodes.values() if view.traits.region)
    return min(counted, key=lambda region: (-counted[region], region), default=None)


def nodes_of(totals: Tally, detail: int = 2) -> list[Said]:
    """`42 nodes  38 ready · 1 NotReady`; with less detail without those that are ready."""
    counts: dict[str, tuple[int, Tone]] = {}
    for phase in (*reversed(PHASE_ORDER),):
        word, count = PHASE_WORDS[phase], totals.phases.get(phase, 0)
        if count and (detail > 1 or phase != "ready"):
            counts[word] = (counts.get(word, (0, Tone.PLAIN))[0] + count, PHASE_TONES[phase])
    said: list[Said] = [(f"{count:,} {word}", tone) for word, (count, tone) in counts.items()]
    return [
        (f"{totals.nodes:,} node{'' if totals.nodes == 1 else 's'}", Tone.STRONG),
        ("  ", Tone.PLAIN),
        *joined(said),
    ]


def claims_of(count: int) -> list[Said]:
    """` +2 claims`: NodeClaims without a node, which no count of nodes holds; nothing where there is none."""
    return [(f" +{count:,} claim{'' if count == 1 else 's'}", Tone.COMING)] if count else []


def pods_of(totals: Tally, detail: int = 2) -> list[Said]:
    """`812 pods  790 running · 15 starting · 7 pending`; with less detail without those that run, or come and go."""
    pods = totals.pods
    if pods is None:
        return [("– pods", Tone.STRONG)]
    words: list[tuple[int, str, Tone]] = [
        (pods.running if detail > 1 else 0, "running", Tone.MUTED),
        (pods.starting if detail else 0, "starting", Tone.COMING),
        (pods.terminating if detail else 0, "terminating", Tone.PLAIN),
        (pods.pending, "pending", Tone.CAUTION),
    ]
    said: list[Said] = [(f"{count:,} {word}", tone) for count, word, tone in words if count]
    return [(f"{pods.total:,} pod{'' if pods.total == 1 else 's'}", Tone.STRONG), ("  ", Tone.PLAIN), *joined(said)]


def fill_of(totals: Tally, resource: str) -> Fill:
    """What pods request of this resource, balloons apart."""
    whole = totals.allocatable[resource]
    balloon = totals.balloon.get(resource, 0)
    return Fill((totals.requested[resource] - balloon) / whole, balloon / whole)


def gauge_tone(share: float) -> Tone:
    """A full cluster is well used, and one that is asked for more than it has deserves a look; the rest is quiet."""
    return Tone.CAUTION if share > 1.0 else Tone.GOOD if share > 0.9 else Tone.PLAIN


def share_words(totals: Tally, resource: str) -> str:
    """`71 % + 8 % balloon`, or a dash."""
    if totals.share(resource) is None:
        return "   –"
    fill = fill_of(totals, resource)
    balloon = f" + {percent(fill.balloon)} balloon" if fill.balloon else ""
    return f"{percent(fill.real):>5}{balloon}"


def amount_words(totals: Tally, resource: str) -> str:
    """`232 + 24 of 326 vCPU`, or why it is not known."""
    if totals.pods is None and resource in totals.allocatable:
        return f"– of {amount(resource, totals.allocatable[resource])}"
    if (why := totals.why_unknown(resource)) is not None:
        return printable(why)
    if totals.share(resource) is None:
        return "no node offers any" if totals.nodes else ""
    used, whole = totals.requested[resource], totals.allocatable[resource]
    return of_whole(resource, used, whole, totals.balloon.get(resource, 0))


def notes_of(frame: Frame, now: float) -> list[Said]:
    """What is not in the picture, and why: what may not be read, what could not be read, what is elsewhere.

    And what is going to be missing: credentials that could not be renewed. What is wrong with prices comes last.
    """
    notes: list[Said] = []
    credential = frame.identity.credential
    if credential.failure and (said := expiry_of(credential, now)):
        notes.append((f"credentials: {said[0]}", said[1]))
    aside = sum(one.state == "forbidden" and one.aside for one in frame.view.streams)
    for one in frame.view.streams:
        if one.state == "forbidden" and not one.aside:
            words = f": {printable(one.reason)}" if one.resource in ESSENTIAL and one.reason else ""
            notes.append((f"{one.resource}: forbidden{words}", Tone.CAUTION))
        if one.left_out:
            notes.append((one.left_out, Tone.CAUTION))
    if aside:
        notes.append((f"{aside} resource{'' if aside == 1 else 's'} may not be read", Tone.MUTED))
    if frame.view.claims.missing and frame.complete:
        notes.append((printable(frame.view.claims.missing), Tone.MUTED))
    if frame.view.out_of_sight and frame.complete:
        notes.append((frame.view.out_of_sight, Tone.MUTED))
    room = frame.view.headroom
    if room.full and frame.complete and not frame.view.given.headroom_shape.is_largest:
        notes.append((printable(finding_of(room, room.full)), Tone.CAUTION))
    notes += [(printable(one), Tone.CAUTION) for one in frame.view.given.mistakes]
    notes += [(f"{words} (press i)", tone) for words, tone in counted(frame.insights.findings)]
    if frame.prices.line:
        notes.append((printable(frame.prices.line), Tone.CAUTION if frame.prices.mistake else Tone.PLAIN))
    return notes
