"""The head of the costs: the bill, how the nodes were bought, what the money is spent on, and what could be saved."""

from __future__ import annotations

from collections.abc import Iterable

from nodeview.frame import Frame
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.bill import capacity_of, priced, sum_words
from nodeview.ui.widgets.freshness import Said
from nodeview.ui.widgets.page import wrapped
from nodeview.views import Costs, Fill, Money, Split, Tone, bill_lines, bound_mark, percent, printable

RULE = "split by AWS's own 9:1, a CPU core to a GiB, of capacity"
LIST_PRICES = "list prices, no discounts unless prices.toml says so"
RULED = "list prices, and what prices.toml says"
PARTS = (
    ("real work", "work"),
    ("balloons", "balloons"),
    ("daemons", "daemons"),
    ("reserved", "reserved"),
    ("idle", "idle"),
)
"""What money is spent on, and the field of the split that says how much."""
LABEL, FIGURE, SHARE = 10, 14, 6
BAR_AT_LEAST, BAR_AT_MOST = 8, 60
ALL_PARTS_FROM, PARTS_FROM = 20, 14
"""Lines of the screen from which each part has its own, and from which they are told at all."""


def share_words(share: float) -> str:
    """A percent; what is there is never `0 %`."""
    return "<1 %" if 0 < share < 0.005 else percent(share)


def bill_head(frame: Frame, costs: Costs | None, width: int, room: int, ink: Ink) -> list[list[Part]]:
    """All lines that a screen of so many lines has room for, the title aside."""
    totals = frame.view.totals
    bill = [line for one in bill_lines(totals.money, totals.nodes) for line in wrapped(one, width - 2)]
    lines = [[ink.part(f" {line}", Tone.STRONG)] for line in bill]
    if not lines:
        lines = [[ink.part(" no node, no costs", Tone.MUTED)]]
    if room < PARTS_FROM:
        return lines
    sums = priced(totals)
    if sums:
        lines += _muted(["".join(text for text, _ in capacity_of(totals, with_money=True))], width, ink)
        lines += _spent(frame, sums, width, room, ink)
    lines += _muted([_basis(frame, split=bool(sums))], width, ink)
    if frame.complete:
        lines += [[ink.part(f" {words}", Tone.GOOD)] for words in savings_of(frame)]
    if costs is not None and costs.unpriced_pods:
        lines += _muted([unpriced_words(costs.unpriced_pods)], width, ink)
    return [*lines, *_status(frame, width, ink)]


def _basis(frame: Frame, *, split: bool) -> str:
    prices = RULED if frame.view.book.rules.rules else LIST_PRICES
    return f"{RULE}; {prices}" if split else prices


def _spent(frame: Frame, sums: list[Money], width: int, room: int, ink: Ink) -> list[list[Part]]:
    why = frame.view.no_pods
    if why or frame.view.totals.pods is None:
        return _muted([f"what it is spent on is not known: {printable(why) or 'pods are not known'}"], width, ink)
    if not any(one.resource == "pods" and one.synced_once for one in frame.view.streams):
        return _muted(["what it is spent on is known once all pods are listed"], width, ink)
    short = room < ALL_PARTS_FROM or (len(sums) > 1 and room < 2 * ALL_PARTS_FROM)
    lines: list[list[Part]] = []
    for one in sums:
        said = parts_of(one.split, one.unsplit)
        if short:
            words = " · ".join(f"{label} {share_words(nano / one.hourly)}" for label, nano in said if one.hourly)
            lines += _muted([f"{one.currency}: {words}" if len(sums) > 1 else words], width, ink)
        else:
            lines += [part_line(label, nano, one, width, ink) for label, nano in said]
    return lines


def parts_of(split: Split, unsplit: int = 0) -> list[tuple[str, int]]:
    """The parts with their words, in the order of the bill."""
    parts = [(label, int(getattr(split, field))) for label, field in PARTS]
    return [*parts, ("not split", unsplit)] if unsplit else parts


def part_line(label: str, nano: int, of: Money, width: int, ink: Ink) -> list[Part]:
    """One part of the bill: its word, its bar, money and percent; a bar of balloons is drawn as balloons are.

    It is as sure as the whole: its mark is that of the sum.
    """
    share = nano / of.hourly if of.hourly else 0.0
    money = f"{bound_mark(of)}{sum_words(of.currency, nano)}/h".rjust(FIGURE)
    figures = [ink.part(money), ink.part(f"  {share_words(share).rjust(SHARE)}", Tone.STRONG)]
    bar = min(width - LABEL - FIGURE - SHARE - 5, BAR_AT_MOST)
    drawn = ink.bar(Fill(0.0, share) if label == "balloons" else Fill(share), bar) if bar >= BAR_AT_LEAST else []
    return [ink.part(f" {label.ljust(LABEL)} ", Tone.MUTED), *drawn, *figures]


def savings_of(frame: Frame) -> list[str]:
    """What removing the empty nodes would save now, a line a currency; a lower bound where some have no price."""
    totals = frame.view.totals
    lines: list[str] = []
    unpriced = totals.empty_nodes - sum([one.empty_nodes for one in totals.money])
    for one in totals.money:
        if one.empty_nodes:
            mark = "≥ " if unpriced else "~ " if one.empty_estimated_nodes else ""
            nodes = f"the {one.empty_nodes:,} empty nodes" if one.empty_nodes > 1 else "the empty node"
            lines.append(f"removing {nodes} would save {mark}{sum_words(one.currency, one.empty_hourly)}/h now")
    if unpriced and not lines:
        lines.append(f"{unpriced:,} empty node{'s' if unpriced > 1 else ''}, of which no price is known")
    return lines


def unpriced_words(pods: int) -> str:
    """How many pods the costs lack, and why."""
    are = "1 pod is" if pods == 1 else f"{pods:,} pods are"
    return f"{are} in no row's cost: on nodes without a price, or with an amount that is not known"


def _status(frame: Frame, width: int, ink: Ink) -> list[list[Part]]:
    """What is wrong with the prices, in full."""
    prices = frame.prices
    said: list[Said] = [(prices.mistake, Tone.CAUTION), (prices.sentence, Tone.PLAIN)]
    said += [(one, Tone.MUTED) for one in prices.warnings]
    lines: list[list[Part]] = []
    for text, tone in said:
        lines += [[ink.part(f" {line}", tone)] for line in wrapped(printable(text), width - 2)]
    if prices.asking:
        lines.append([ink.part(" asking AWS for prices …", Tone.COMING)])
    return lines


def _muted(said: Iterable[str], width: int, ink: Ink) -> list[list[Part]]:
    return [[ink.part(f" {line}", Tone.MUTED)] for text in said for line in wrapped(text, width - 2)]
