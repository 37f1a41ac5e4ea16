"""What is said of the connection and of each stream, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nodeview.cluster import Stream, StreamState, UsageIndex
from nodeview.frame import Identity
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.freshness import Said, ago, expiry_of, old_of
from nodeview.ui.widgets.page import wrapped
from nodeview.views import Tone, cell_width, duration, printable, shorten, shorten_end

STATE_TONES: dict[StreamState, Tone] = {
    "synced": Tone.PLAIN,
    "listing": Tone.COMING,
    "lagging": Tone.CAUTION,
    "forbidden": Tone.CAUTION,
    "absent": Tone.MUTED,
}
TITLES = (("STATE", 10), ("SINCE", 6), ("LAST BYTE", 10), ("EVENTS/S", 9), ("RELISTS", 8), ("UNREAD", 7))
"""The columns behind the resource, and how wide they are; all but the first end at the right."""
UNHEARD = ("absent", "forbidden")
"""States in which nothing can be heard, so that no event is not a figure."""
GOES_FIRST = 4
"""The column that a narrow terminal does without."""
NARROW = 72
INDENT = 3
LABEL = 13


def connection_lines(identity: Identity, now: float, width: int, ink: Ink) -> list[list[Part]]:
    """Server, context, proxy, and who we are for how long; what the credentials' plugin said is wrapped."""
    credential = identity.credential
    version = f" · {identity.version.text}" if identity.version else ""
    checked = [("its certificate is not verified", Tone.CAUTION)] if identity.insecure else []
    plain = [("not encrypted", Tone.CAUTION)] if identity.server.startswith("http:") else []
    said: list[tuple[str, list[Said]]] = [
        ("server", _dotted([(f"{printable(identity.server)}{printable(version)}", Tone.PLAIN), *checked, *plain])),
        ("context", [(printable(identity.context), Tone.PLAIN)]),
        ("proxy", [(printable(identity.proxy), Tone.PLAIN) if identity.proxy else ("none", Tone.MUTED)]),
    ]
    expiry = expiry_of(credential, now)
    kind = (printable(credential.kind), Tone.PLAIN) if credential.kind else ("–", Tone.MUTED)
    said.append(("credentials", _dotted([kind, *([expiry] if expiry else [])])))
    if identity.acting_as:
        said.append(("acting as", [(printable(identity.acting_as), Tone.CAUTION)]))
    lines: list[list[Part]] = []
    for label, words in said:
        lines.append([ink.part(f" {label.ljust(LABEL - 1)}", Tone.MUTED), *(ink.part(*one) for one in words)])
        if label == "credentials" and credential.failure:
            lines += _indented(credential.failure, expiry[1] if expiry else Tone.CAUTION, width, LABEL, ink)
    return lines


def _dotted(said: Sequence[Said]) -> list[Said]:
    return [one for each in said for one in ((" · ", Tone.MUTED), each)][1:]


def stream_lines(streams: Sequence[Stream], now: float, width: int, ink: Ink) -> list[list[Part]]:
    """A line per stream, and under it what is wrong with it, in full, or was the last time."""
    places = [place for place in range(len(TITLES)) if width >= NARROW or place != GOES_FIRST]
    fixed = sum(TITLES[place][1] for place in places) + 1
    longest = max((cell_width(one.resource) for one in streams), default=0)
    names = max(len("RESOURCE "), min(longest + 1, width - fixed))
    titles = "".join(_aligned(TITLES[place][0], place) for place in places)
    lines = [[ink.part(f" {'RESOURCE'.ljust(names)}{titles}", Tone.MUTED)]]
    for one in streams:
        name = shorten(printable(one.resource), names - 1)
        cells = _cells(one, now)
        parts = [(f" {name}{' ' * (names - cell_width(name))}", _quiet(one))]
        parts += [(_aligned(cells[place][0], place), cells[place][1]) for place in places]
        lines.append([ink.part(text, tone) for text, tone in parts])
        for text, tone in _remarks(one, now):
            if tone is Tone.MUTED:  # it is over, and what is not must stay in sight
                text = shorten_end(text, width - INDENT - 1)
            lines += _indented(text, tone, width, INDENT, ink)
    return lines


def _quiet(one: Stream) -> Tone:
    return Tone.MUTED if one.state == "absent" else Tone.PLAIN


def _state_tone(one: Stream) -> Tone:
    """Who may not read what the picture does without has nothing to look into."""
    return Tone.PLAIN if one.aside and one.state == "forbidden" else STATE_TONES[one.state]


def _cells(one: Stream, now: float) -> tuple[Said, ...]:
    """What stands under each title."""
    old, quiet = old_of(one, now), _quiet(one)
    since = one.since if one.state == "lagging" and one.since is not None else one.state_since
    return (
        (one.state, old.tone if old is not None else _state_tone(one)),
        (duration(now - since) if since is not None else "–", Tone.MUTED),
        (ago(now - one.heard_at) if one.heard_at is not None else "–", old.tone if old is not None else quiet),
        (rate_words(None if one.state in UNHEARD else one.rate), quiet),
        (f"{one.relists:,}", quiet),
        (f"{one.unread:,}", Tone.CAUTION if one.unread else quiet),
    )


def _aligned(text: str, place: int) -> str:
    width = TITLES[place][1]
    return text.ljust(width) if place == 0 else text.rjust(width)


def rate_words(rate: float | None) -> str:
    """Events a second: `0`, `<0.1`, `12.4`, `1,250`; a dash where it cannot be told."""
    if rate is None:
        return "–"
    if rate >= 100:
        return f"{rate:,.0f}"
    return "0" if rate <= 0 else "<0.1" if rate < 0.05 else f"{rate:.1f}"


def _remarks(one: Stream, now: float) -> list[Said]:
    """What is wrong with it now, or was the last time; an absent one is as it should be."""
    if one.state == "absent":
        return []
    remarks: list[Said] = []
    old = old_of(one, now)
    if old is not None or one.state == "forbidden":
        remarks.append((old.reason if old else one.reason, old.tone if old else _state_tone(one)))
    elif one.last_reason and one.last_at is not None:
        # Local time of the day: what a person compares with the clock on the wall.
        when = datetime.fromtimestamp(one.last_at).strftime("%H:%M:%S")  # noqa: DTZ006
        last = f"last at {when}, {duration(now - one.last_at)} ago: {printable(one.last_reason)}"
        remarks.append((last, Tone.MUTED))
    if one.left_out:
        remarks.append((f"{one.left_out}; the log names them", Tone.CAUTION))
    return remarks


def usage_lines(usage: UsageIndex, width: int, ink: Ink) -> list[list[Part]]:
    """Whether the metrics API says what is really used; it is polled, so it is no stream."""
    parts = (("nodes", usage.nodes, usage.why_nodes), ("pods", usage.pods, usage.why_pods))
    said = [why if why else f"of {len(known):,} {name}" for name, known, why in parts]
    words = wrapped(printable(" · ".join(dict.fromkeys(said))), width - LABEL - 1)
    return [
        [ink.part(f" {'' if place else 'usage':<{LABEL - 1}}{line}", Tone.MUTED)] for place, line in enumerate(words)
    ]


def _indented(text: str, tone: Tone, width: int, indent: int, ink: Ink) -> list[list[Part]]:
    return [[ink.part(f"{' ' * indent}{line}", tone)] for line in wrapped(printable(text), width - indent - 1)]
