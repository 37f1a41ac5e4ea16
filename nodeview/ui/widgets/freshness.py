"""How old the picture is, and which stream makes it so: nothing looks live that may not be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from nodeview.cluster import Stream
from nodeview.frame import Credential, Frame
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.line_widget import spread
from nodeview.views import Tone, cell_width, duration, printable, shorten_end

SILENT, DEAF = 90, 150
"""Seconds without a byte on a stream that sends bookmarks: its data looks old, and very old."""
ESSENTIAL = ("nodes", "pods")
REASON_AT_LEAST = 12
"""Columns of a reason that are worth more than what else the line could say."""
SILENCE = "nothing is heard, not even a bookmark"

Said = tuple[str, Tone]


class Old(msgspec.Struct, frozen=True):
    """A stream whose data may be old. `age` is in seconds, None when nothing was ever heard."""

    stream: Stream
    age: float | None
    reason: str

    @property
    def tone(self) -> Tone:
        """Amber first, red when it is very old."""
        return Tone.ALARM if self.age is None or self.age >= DEAF else Tone.CAUTION

    def words(self, server: str) -> str:
        """`▲ nodes 11 s old: cannot be reached: connection refused`; its reason without the address of the server,
        which is as long as the line is on some clouds."""
        age = " not heard" if self.age is None else f" {ago(self.age)} old"
        return f"▲ {self.stream.resource}{age}: {printable(self.reason.removeprefix(f'{server} '))}".rstrip(": ")


def old_of(stream: Stream, now: float) -> Old | None:
    """Whether what is shown of this resource may be old: at once when it lags, after a while when it is silent."""
    if stream.state == "lagging":
        since = stream.true_at if stream.true_at is not None else stream.since
        return Old(stream, None if since is None else max(now - since, 0.0), stream.reason)
    silence = now - stream.heard_at if stream.heard_at is not None else 0.0
    if stream.state == "synced" and stream.bookmarked and silence >= SILENT:
        return Old(stream, silence, SILENCE)
    return None


def oldest(streams: Iterable[Stream], now: float) -> Old | None:
    """The one to speak of: red before amber, nodes and pods before others, then the oldest."""
    found = [old for one in streams if (old := old_of(one, now)) is not None]
    return min(found, key=_rank, default=None)


def _rank(old: Old) -> tuple[bool, bool, float]:
    return old.tone is not Tone.ALARM, old.stream.resource not in ESSENTIAL, -(old.age or float("inf"))


def liveness(frame: Frame, now: float) -> Said:
    """How fresh the picture is: of the stream that is worst off, in a few words."""
    streams = frame.view.streams
    if (old := oldest(streams, now)) is not None:
        return old.words(frame.identity.server), old.tone
    listing = [one.resource for one in streams if one.resource in ESSENTIAL and not _ready(one)]
    if listing or not streams:
        return _listing(frame, listing), Tone.COMING
    heard = [one.heard_at for one in streams if one.heard_at is not None and one.state == "synced"]
    return (f"● live {ago(now - max(heard))}" if heard else "● live"), Tone.GOOD


def _ready(stream: Stream) -> bool:
    return stream.synced_once or stream.state in ("synced", "forbidden", "absent")


def _listing(frame: Frame, resources: list[str]) -> str:
    counts = frame.view.totals.pods
    pods = (counts.total if counts else 0) + frame.view.pods_elsewhere
    if resources == ["nodes"] or not resources:
        return f"listing nodes: {len(frame.view.nodes):,} so far"
    return f"listing pods: {pods:,} so far"


def ago(seconds: float) -> str:
    """A short age, with a decimal while it is short: `0.3 s`, `12 s`, `3 min`."""
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f} s"
    return f"{int(seconds)} s" if seconds < 600 else f"{int(seconds // 60)} min"


def countdown(seconds: float) -> str:
    """Time that is left, in two units, so that it is seen to run: `12m 3s`, `2h 14m`, `3d 4h`; `0s` at the end."""
    whole = max(0, int(seconds))
    for unit, size, next_unit, next_size in (("d", 86400, "h", 3600), ("h", 3600, "m", 60), ("m", 60, "s", 1)):
        if whole >= size:
            return f"{whole // size}{unit} {whole % size // next_size}{next_unit}"
    return f"{whole}s"


def expiry_of(credential: Credential, now: float) -> Said | None:
    """How long the credentials hold, and whether newer ones could be had; None where nothing is to be said."""
    left = None if credential.expires_at is None else credential.expires_at - now
    if credential.failure:
        when = "" if credential.failed_at is None else f" {duration(now - credential.failed_at)} ago"
        still = "" if left is None else f", the old one is valid for {countdown(left)}" if left > 0 else ", and expired"
        tone = Tone.CAUTION if left is None or left > 0 else Tone.ALARM
        return f"renewal failed{when}{still}", tone
    if left is None:
        return None
    return (f"expires in {countdown(left)}", Tone.PLAIN) if left > 0 else (f"expired {duration(-left)} ago", Tone.ALARM)


def beside_freshness(lefts: Sequence[Sequence[Said]], live: Said, width: int, ink: Ink) -> list[Part]:
    """A line of which the right end says how old the picture is, at any width.

    `lefts` are wordings of the rest, the fullest first; the first that leaves room for some of the reason is taken,
    and the reason is cut where it must be.
    """
    words, tone = live
    least = min(cell_width(words), cell_width(words.partition(":")[0]) + REASON_AT_LEAST)
    for some in (*lefts, ()):
        room = width - sum(cell_width(text) for text, _ in some) - 2
        if room >= least:
            break
    left = [ink.part(text, said) for text, said in some]
    return spread(left, [ink.part(shorten_end(words, max(room, 0)), tone), ink.part(" ")], width, ink)
