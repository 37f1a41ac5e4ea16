"""What is said of pods that wait: in one line, and all that is known of one group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nodeview.frame import Frame
from nodeview.insights import PendingGroup, PendingRow, outlook_phrases, pending_pieces
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.page import wrapped
from nodeview.views import Tone, amount, cell_width, duration, printable, short_name, shorten_end

MOST_PLACES = 4


def pending_line(frame: Frame, now: float, width: int, ink: Ink) -> list[Part]:
    """How many wait and who, as far as the line is wide; empty where nobody does."""
    count = len(frame.view.pending)
    pieces, others = pending_pieces(frame.insights.pending.groups, frame.view.given, now)
    if not count and not pieces:
        return []
    head = f" {count:,} pending" if count else " starting for long"
    said = [(f"{head}: " if pieces else head, Tone.STRONG)]
    room = width - cell_width(said[0][0])
    for place, (words, tone) in enumerate(pieces):
        gap = " · " if place else ""
        left = len(pieces) - place + others
        more = f" · {left:,} more" if place else ""
        reserve = cell_width(f" · {left - 1:,} more") if left > 1 else 0
        if place and cell_width(gap + words) + reserve > room:
            said.append((more, Tone.MUTED))
            break
        words = shorten_end(words, max(room - reserve, 1))
        said += [(gap, Tone.MUTED), (words, tone)]
        room -= cell_width(gap + words)
    return [ink.part(words, tone) for words, tone in said]


def counted(frame: Frame, now: float) -> tuple[str, str]:
    """`7 pending: 4 unschedulable, 1 gated`, and then: ` · oldest 2m · 3 starting`; empty where nobody waits."""
    waiting = frame.view.pending
    starting = sum(len(keys) for keys in frame.insights.pending.starting.values())
    also = f" · {starting:,} starting" if starting else ""
    if not waiting:
        return (f"0 pending{also}" if starting else ""), ""
    kinds: Counter[str] = Counter()
    for one in frame.insights.pending.groups:
        if one.kind != "starting":
            kinds[_kind(one)] += len(one.members)
    said = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    return f"{len(waiting):,} pending: {said}", f" · oldest {duration(now - waiting[0].created)}{also}"


def row_lines(row: PendingRow, now: float, width: int, ink: Ink) -> list[list[Part]]:
    """All that is known of a group, or of a pod of it."""
    group = row.group
    many = row.pod is None and len(group.members) > 1
    name = group.name if row.pod is None else row.pod.key.name
    title = f" {printable(group.namespace)}/{printable(name)}"
    count = f"  {len(group.members):,} pods" if many else ""
    lines = [
        [ink.part(title, Tone.STRONG), ink.part(f"{count}  {_kind(group)} {duration(now - row.created)}")],
        *_ownership(group, width, ink, many=many),
    ]
    if group.places:
        lines.append(_places(row, ink))
    lines += [[ink.part(f" {line}")] for line in wrapped(group.words.sentence, width - 2)]
    for phrase in outlook_phrases(group.outlook) if group.outlook is not None else ():
        tone = Tone.MUTED if phrase.startswith("not ") else Tone.COMING
        lines += [[ink.part(f" {line}", tone)] for line in wrapped(f"· {phrase}", width - 2)]
    reason = group.reason if row.pod is None else row.pod.reason
    if reason and reason != group.words.sentence:
        lines += [[ink.part(f" {line}", Tone.MUTED)] for line in wrapped(printable(reason), width - 2)]
    return lines


def _kind(group: PendingGroup) -> str:
    """As the table has it: room that waits to be kept is no work that waits."""
    return "balloon" if group.balloon and group.kind == "unschedulable" else group.kind


def _ownership(group: PendingGroup, width: int, ink: Ink, *, many: bool) -> list[list[Part]]:
    owner = f"{group.owner.kind} {group.owner.name}" if group.owner else "no controller: nothing would bring it back"
    asks = ", ".join(f"{name} {amount(name, value)}" for name, value in group.requests.items()) or "nothing"
    word = "each requests " if many else "requests "
    whose = [ink.part(" of ", Tone.MUTED), ink.part(printable(owner))]
    if cell_width(f" of {printable(owner)}   {word}{printable(asks)}") <= width:
        return [[*whose, ink.part(f"   {word}", Tone.MUTED), ink.part(printable(asks))]]
    return [whose, *([ink.part(f" {line}")] for line in wrapped(f"{word}{printable(asks)}", width - 2))]


def _places(row: PendingRow, ink: Ink) -> list[Part]:
    pod = row.pod
    places: Sequence[str] = row.group.places
    if pod is not None:
        place = pod.node or pod.nominated or row.group.members[pod.key].hint.place
        places = [place] if place else []
    named = ", ".join(printable(short_name(one)) for one in places[:MOST_PLACES])
    more = f" and {len(places) - MOST_PLACES:,} more" if len(places) > MOST_PLACES else ""
    word = " starting on " if row.group.kind == "starting" else " nominated "
    return [ink.part(word, Tone.MUTED), ink.part(f"{named}{more}", Tone.COMING)]
