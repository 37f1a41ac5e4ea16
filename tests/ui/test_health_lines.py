"""What is said of the connection and of each stream, at any width."""

from __future__ import annotations

from datetime import datetime

import pytest

from nodeview.cluster import Stream, UsageIndex
from nodeview.frame import Credential, Identity
from nodeview.records import NodeName, ServerVersion, Usage
from nodeview.ui.tones import Ink, Part
from nodeview.ui.widgets.freshness import SILENCE
from nodeview.ui.widgets.health_lines import connection_lines, rate_words, stream_lines, usage_lines
from nodeview.views import Tone
from tests.builders import NOW

INK = Ink()
WELL = Stream(
    "nodes", "synced", NOW - 0.3, bookmarked=True, synced_once=True, rate=12.44, relists=2, state_since=NOW - 200
)
REFUSED = "https://example.invalid:6443 cannot be reached: connection refused."


def texts(lines: list[list[Part]]) -> list[str]:
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def tone_of(lines: list[list[Part]], words: str) -> Tone:
    found = [style for line in lines for text, style in line if words in text]
    return next(tone for tone in Tone if INK.style(tone) == found[0])


def of(*streams: Stream, width: int = 80) -> list[list[Part]]:
    return stream_lines(streams, NOW, width, INK)


def test_a_stream_that_is_well_is_one_line_with_its_figures() -> None:
    title, line = texts(of(WELL))
    assert title.split() == ["RESOURCE", "STATE", "SINCE", "LAST", "BYTE", "EVENTS/S", "RELISTS", "UNREAD"]
    assert line.split() == ["nodes", "synced", "3m", "0.3", "s", "12.4", "2", "0"]


def test_what_is_not_known_yet_is_a_dash() -> None:
    assert texts(of(Stream("pods", "listing", None)))[1].split() == ["pods", "listing", "–", "–", "–", "0", "0"]


def test_a_stream_that_is_broken_says_since_when_and_why_in_full_below_it() -> None:
    why = REFUSED + " " + "It goes on for longer than a line. " * 4
    lines = of(Stream("pods", "lagging", NOW - 12, since=NOW - 12, reason=why, last_at=NOW - 11, last_reason=why))
    said = texts(lines)
    assert said[1].split()[:5] == ["pods", "lagging", "12s", "12", "s"]
    assert " ".join(" ".join(said[2:]).split()) == why.strip()
    assert max(map(len, said)) <= 80
    assert tone_of(lines, "lagging") is Tone.CAUTION
    old = of(Stream("pods", "lagging", NOW - 200, since=NOW - 200, reason=REFUSED))
    assert tone_of(old, "lagging") is tone_of(old, REFUSED) is Tone.ALARM


def test_silence_says_that_it_is_silence() -> None:
    silent = of(Stream("pods", "synced", NOW - 95, bookmarked=True, synced_once=True))
    assert SILENCE in texts(silent)[2]
    assert tone_of(silent, "95 s") is Tone.CAUTION


def test_what_broke_last_is_told_while_it_is_well_again() -> None:
    when = datetime.fromtimestamp(NOW - 120).strftime("%H:%M:%S")  # noqa: DTZ006
    lines = of(Stream("pods", "synced", NOW, synced_once=True, last_at=NOW - 120, last_reason=REFUSED), width=120)
    assert texts(lines)[2] == f"   last at {when}, 2m ago: {REFUSED}"
    assert tone_of(lines, "last at") is Tone.MUTED


def test_what_may_not_be_read_says_so_and_what_is_not_installed_is_quiet() -> None:
    refused = of(Stream("pods", "forbidden", None, reason="pods is forbidden"))
    assert texts(refused)[2].strip() == "pods is forbidden"
    assert tone_of(refused, "pods is") is tone_of(refused, "forbidden ") is Tone.CAUTION
    aside = of(Stream("persistentvolumes", "forbidden", None, reason="you may not"))
    assert texts(aside)[2].strip() == "you may not"
    assert tone_of(aside, "you may") is tone_of(aside, "forbidden ") is Tone.PLAIN
    absent = of(
        Stream("machines.karpenter.sh", "absent", NOW, reason="not served", last_at=NOW, last_reason="not", rate=0.0)
    )
    assert len(absent) == 2
    assert texts(absent)[1].split()[-3] == "–", "what cannot speak has no rate of nought"
    assert tone_of(absent, "absent") is Tone.MUTED


def test_what_could_not_be_read_is_counted_and_told() -> None:
    lines = of(Stream("pods", "synced", NOW, synced_once=True, unread=3))
    assert texts(lines)[1].split()[-1] == "3"
    assert texts(lines)[2].strip() == "3 pods could not be read; the log names them"


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_columns_line_up_and_fit_with_names_as_long_as_they_come(width: int) -> None:
    name = "a-resource-with-quite-a-long-name.of-an-operator.example.com"
    title, first, second = texts(of(WELL, Stream(name, "synced", NOW), width=width))
    assert max(map(len, (title, first, second))) <= width
    assert title.index("STATE") == first.index("synced") == second.index("synced")


@pytest.mark.parametrize(
    ("rate", "text"), [(None, "–"), (0.0, "0"), (0.04, "<0.1"), (0.05, "0.1"), (99.94, "99.9"), (1250.4, "1,250")]
)
def test_rates(rate: float | None, text: str) -> None:
    assert rate_words(rate) == text


def test_the_connection_says_where_and_as_whom() -> None:
    identity = Identity(
        "prod-blue",
        "prod",
        "https://example.invalid",
        ServerVersion(1, 34, "v1.34.2"),
        insecure=True,
        proxy="proxy.corp:3128",
        acting_as="jane (ops)",
        credential=Credential("exec plugin aws", NOW + 723),
    )
    lines = connection_lines(identity, NOW, 80, INK)
    assert [" ".join(one.split()) for one in texts(lines)] == [
        "server https://example.invalid · v1.34.2 · its certificate is not verified",
        "context prod-blue",
        "proxy proxy.corp:3128",
        "credentials exec plugin aws · expires in 12m 3s",
        "acting as jane (ops)",
    ]
    assert tone_of(lines, "not verified") is Tone.CAUTION


def test_a_failed_renewal_says_when_how_long_the_old_holds_and_the_plugins_own_words() -> None:
    failed = Credential("exec plugin aws", NOW + 180, NOW - 40, "The SSO session has expired. Run aws sso login.")
    lines = connection_lines(Identity("c", "c", "https://s", credential=failed), NOW, 80, INK)
    said = texts(lines)
    assert said[3].endswith("exec plugin aws · renewal failed 40s ago, the old one is valid for 3m 0s")
    assert said[4].strip() == "The SSO session has expired. Run aws sso login."
    assert tone_of(lines, "SSO") is Tone.CAUTION


def test_what_is_not_encrypted_is_said() -> None:
    lines = connection_lines(Identity("demo", "demo", "http://127.0.0.1:1"), NOW, 80, INK)
    assert tone_of(lines, "not encrypted") is Tone.CAUTION


def test_what_is_over_takes_no_more_than_a_line() -> None:
    over = Stream("pods", "synced", NOW, synced_once=True, last_at=NOW - 120, last_reason=REFUSED * 5)
    said = texts(of(over))
    assert len(said) == 3
    assert said[2].endswith("…")
    assert len(said[2]) <= 80


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (UsageIndex(why_nodes="not served", why_pods="not served"), " usage       not served"),
        (UsageIndex({NodeName("n"): Usage(1, 1)}, {}, "", ""), " usage       of 1 nodes · of 0 pods"),
        (UsageIndex({}, {}, "", "pods is forbidden"), " usage       of 0 nodes · pods is forbidden"),
    ],
)
def test_whether_usage_is_known_is_said_once(usage: UsageIndex, words: str) -> None:
    assert ["".join(text for text, _ in line) for line in usage_lines(usage, 80, Ink())] == [words]
