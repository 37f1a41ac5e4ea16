"""Findings and episodes said in lines, for a screen and for a report alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from nodeview.insights.episode_sights import EpisodeSights
from nodeview.insights.finding import Finding, Severity
from nodeview.insights.findings import Findings
from nodeview.views import Tone, duration, printable, with_short_names

NEWEST = 8
"""Episodes that are over of which the page tells; the feed tells of all."""
TONES: Mapping[Severity, Tone] = {"alarm": Tone.ALARM, "caution": Tone.CAUTION, "info": Tone.PLAIN}


class PageLine(NamedTuple):
    """One line, and how far it is indented."""

    text: str
    tone: Tone = Tone.PLAIN
    indent: int = 0


def page_lines(findings: Findings, episodes: EpisodeSights, now: float) -> Iterator[PageLine]:
    """All that there is to say, section by section; an empty line between two."""
    yield from _episodes(episodes, now)
    for title, severities in (("to be looked at", ("alarm", "caution")), ("to be known", ("info",))):
        yield PageLine("")
        some = [one for one in findings.all if one.severity in severities]
        yield PageLine(title, Tone.MUTED)
        if not some:
            yield PageLine("nothing", indent=2)
        for one in some:
            yield PageLine(finding_line(one, now), TONES[one.severity], 2)


def finding_line(one: Finding, now: float) -> str:
    """`caution pool/api: 3 times in an hour … · for 12m`."""
    since = f" · for {duration(now - one.since)}" if one.since is not None else ""
    subject = f"{printable(one.subject)}: " if one.subject else ""
    return f"{one.severity} {subject}{printable(one.message)}{since}"


def counted(findings: Findings) -> list[tuple[str, Tone]]:
    """How many there are that somebody should look at, but for full zones, which the header names; none is nothing."""
    pressing: tuple[Severity, ...] = ("alarm", "caution")
    counts = Counter(one.severity for one in findings.all if one.id != "no-headroom")
    return [
        (f"{counts[one]:,} {one}{'' if counts[one] == 1 else 's'}", TONES[one]) for one in pressing if counts.get(one)
    ]


def _episodes(episodes: EpisodeSights, now: float) -> Iterator[PageLine]:
    running = episodes.running
    over = [one for one in episodes.sights if one.story.over][-NEWEST:]
    yield PageLine("nodes that are taken away", Tone.MUTED)
    if not running and not over:
        yield PageLine("none since nodeview began to watch", indent=2)
    for one in (*reversed(running), *reversed(over)):
        pools = ", ".join(one.story.pools)
        ago = duration(now - one.story.at)
        tone = Tone.MUTED if one.story.over else Tone.COMING
        yield PageLine(
            with_short_names(f"{ago} ago · {pools}: {one.words}" if pools else f"{ago} ago · {one.words}"), tone, 2
        )
