"""Pools as lines: the facts of one, the versions of all, and groups that are no pool's."""

from __future__ import annotations

from collections.abc import Sequence

from nodeview.frame import Frame
from nodeview.records import NodeGroup
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.header import gauge_tone
from nodeview.ui.widgets.page import wrapped
from nodeview.views import (
    NO_POOL,
    Fact,
    Fill,
    PoolRow,
    Pools,
    Tally,
    Tone,
    VersionMatrix,
    VersionRow,
    cell_width,
    facts_of_pool,
    group_words,
    percent,
    printable,
    shorten,
    version_matrix,
    why_unheard,
)

LABEL = 12
BAR_AT_MOST = 40
NAME_AT_MOST = 28
GAP = "  "
SOURCES = ("nodepools.karpenter.sh", "provisioners.karpenter.sh", "configmaps")


def counted_pools(frame: Frame, pools: Pools) -> str:
    """`7 pools · 42 nodes · 2 with mixed kubelets · 12 nodes behind v1.34.2`."""
    rows, totals = pools.rows, frame.view.totals
    named = sum(1 for one in rows if one.pool.name is not None)
    mixed = sum(1 for one in rows if len(one.pool.versions) > 1)
    behind = sum(one.details.behind or 0 for one in rows)
    said = [f"{named:,} pool{'' if named == 1 else 's'}", f"{totals.nodes:,} node{'' if totals.nodes == 1 else 's'}"]
    said += [f"{mixed:,} with mixed kubelets"] if mixed else []
    if behind and pools.control_plane is not None:
        said.append(f"{behind:,} node{'' if behind == 1 else 's'} behind {printable(pools.control_plane.text)}")
    return " · ".join(said)


def missing_words(frame: Frame) -> list[str]:
    """What may not be read of pools: limits and budgets are not known then, or the Cluster Autoscaler's groups."""
    refused = [one for one in frame.view.streams if one.state == "forbidden"]
    return [printable(said) for one in SOURCES if (said := why_unheard(refused, one))]


def lines_of_pool(row: PoolRow, frame: Frame, now: float, width: int, ink: Ink) -> list[list[Part]]:
    """All that is known of one pool."""
    pool = row.pool
    name = printable(pool.name) if pool.name is not None else NO_POOL
    lines = [[ink.part(f" {name}", Tone.STRONG), ink.part(f"  {pool.provisioner}", Tone.MUTED)]]
    label = ""
    for fact in facts_of_pool(pool, row.details, now, priced=frame.view.given.priced):
        gauge = _gauge(fact, pool.tally, width, ink)
        lines += [gauge] if gauge else _fact(fact, label, width, ink)
        label = fact.label
    return lines


def _fact(fact: Fact, label_before: str, width: int, ink: Ink) -> list[list[Part]]:
    """A label and its text; a label that was said on the line before is not said again."""
    label = "" if fact.label == label_before else fact.label
    texts = wrapped(fact.text, max(width - LABEL - 2, 20)) or [""]
    if cell_width(label) > LABEL:
        return [[ink.part(f" {label}", Tone.MUTED)], *_indented(texts, fact.tone, ink)]
    first = [ink.part(f" {label.ljust(LABEL)} ", Tone.MUTED), ink.part(texts[0], fact.tone)]
    return [first, *_indented(texts[1:], fact.tone, ink)]


def _indented(texts: Sequence[str], tone: Tone, ink: Ink) -> list[list[Part]]:
    return [[ink.part(" " * (LABEL + 2) + text, tone)] for text in texts]


def _gauge(fact: Fact, tally: Tally, width: int, ink: Ink) -> list[Part] | None:
    """A resource as a bar with its words, where there is room for both."""
    share, whole = tally.share(fact.label), tally.allocatable.get(fact.label)
    if share is None or not whole:
        return None
    used, balloon = tally.requested[fact.label], tally.balloon.get(fact.label, 0)
    words = f"  {percent(share):>5}   {fact.text.rpartition(',')[0]}"
    bar = min(width - LABEL - 3 - cell_width(words), BAR_AT_MOST)
    if bar < 8:
        return None
    drawn = ink.bar(Fill((used - balloon) / whole, balloon / whole), bar, gauge_tone(share))
    return [ink.part(f" {fact.label.ljust(LABEL)} ", Tone.MUTED), *drawn, ink.part(words)]


def version_lines(pools: Pools, width: int, ink: Ink) -> list[list[Part]]:
    """Pools against kubelet versions; as many columns as there is room for."""
    for most in (12, 8, 5, 3, 1):
        matrix = version_matrix([one.pool for one in pools.rows], pools.control_plane, most)
        table = _table(matrix)
        widths = [max(cell_width(line[place]) for line in table) for place in range(len(table[0]))]
        if sum(widths) + len(GAP) * len(widths) <= width or most == 1:
            break
    lines = [[ink.part(f" {_about(matrix)}", Tone.MUTED)]]
    for place, texts in enumerate(table):
        row = matrix.rows[place - 1] if 0 < place <= len(matrix.rows) else matrix.total
        lines.append(_version_line(texts, widths, row, matrix, ink, head=place == 0))
    return lines


def _about(matrix: VersionMatrix) -> str:
    if matrix.control_plane is None:
        return "nodes by kubelet; the control plane's version is not known"
    return f"nodes by kubelet; * of the control plane's minor version, {printable(matrix.control_plane.text)}"


def _table(matrix: VersionMatrix) -> list[list[str]]:
    titles = [f"{printable(one.title)}{'*' if one.is_control_plane else ''}" for one in matrix.columns]
    rows = [_texts(row, printable(row.name) if row.name is not None else NO_POOL) for row in matrix.rows]
    return [["pool", *titles, "behind"], *rows, _texts(matrix.total, "all")]


def _texts(row: VersionRow, name: str) -> list[str]:
    counts = [f"{count:,}" if count else "·" for count in row.counts]
    behind = "–" if row.behind is None else f"{row.behind:,}"
    return [shorten(name, NAME_AT_MOST) + (" mixed" if row.mixed else ""), *counts, behind]


def _version_line(
    texts: Sequence[str], widths: Sequence[int], row: VersionRow, matrix: VersionMatrix, ink: Ink, *, head: bool
) -> list[Part]:
    name = texts[0] + " " * (widths[0] - cell_width(texts[0]))
    tone = Tone.MUTED if head else Tone.STRONG if row is matrix.total else Tone.PLAIN
    parts = [ink.part(f" {name}", tone)]
    for place, (text, width) in enumerate(zip(texts[1:], widths[1:], strict=True)):
        last = place == len(matrix.columns)
        late = row.behind if last else row.counts[place] and matrix.columns[place].behind
        said = Tone.MUTED if head or text == "·" else Tone.CAUTION if late else tone
        parts.append(ink.part(GAP + " " * (width - cell_width(text)) + text, said))
    return parts


def group_lines(groups: Sequence[NodeGroup], width: int, ink: Ink) -> list[list[Part]]:
    """The Cluster Autoscaler's groups of which nobody can say which pool they are."""
    if not groups:
        return []
    lines = [[], [ink.part(" groups of the Cluster Autoscaler that are no pool here", Tone.MUTED)]]
    for one in groups:
        text, tone = group_words(one)
        lines += [[ink.part(f" {line}", tone)] for line in wrapped(text, width - 2)]
    return lines


def beside(left: Sequence[list[Part]], right: Sequence[list[Part]], at: int, ink: Ink) -> list[list[Part]]:
    """Two columns of lines as one; the right one begins at this cell, and no line of the left one reaches it."""
    lines: list[list[Part]] = []
    for place in range(max(len(left), len(right))):
        first = list(left[place]) if place < len(left) else []
        second = right[place] if place < len(right) else []
        room = at - sum(cell_width(text) for text, _ in first)
        lines.append([*first, ink.part(" " * max(room, 0)), *second] if second else first)
    return lines
