"""Findings and episodes in lines."""

from __future__ import annotations

from nodeview.insights import EpisodeSight, EpisodeSights, Finding, Findings, counted, finding_line, page_lines
from nodeview.views import Tone
from tests.builders import NOW
from tests.cluster.test_episode import a_source, an_episode

FULL = Finding("no-headroom", "caution", "zone/1a", "no room in 1a")
OLD = Finding("node-swaps", "alarm", "pool/api", "2 times", NOW - 720)
KNOWN = Finding("no-pdb", "info", "shop/cart", "no PDB")
AWS = "ip-10-0-1-7.eu-west-1.compute.internal"


def test_a_finding_says_how_long_it_has_been_so() -> None:
    assert finding_line(FULL, NOW) == "caution zone/1a: no room in 1a"
    assert finding_line(OLD, NOW) == "alarm pool/api: 2 times · for 12m"
    assert finding_line(Finding("no-pdb", "info", "", "and 7 more"), NOW) == "info and 7 more"


def test_what_is_only_to_be_known_is_in_no_count() -> None:
    never = Finding("pdb-never", "caution", "pdb/shop/ledger", "never")
    assert counted(Findings((OLD, never, never, KNOWN))) == [("1 alarm", Tone.ALARM), ("2 cautions", Tone.CAUTION)]
    assert counted(Findings((FULL,))) == []  # the header names the zone
    assert counted(Findings((KNOWN,))) == []


def test_the_page_has_what_runs_first_then_the_findings() -> None:
    over = EpisodeSight(an_episode(a_source("b", gone_heard=NOW + 9.0), number=2))
    runs = EpisodeSight(an_episode(a_source(AWS)), pods_left=1)
    said = [one.text for one in page_lines(Findings((FULL, KNOWN)), EpisodeSights((runs, over)), NOW + 41)]
    assert said == [
        "nodes that are taken away",
        "40s ago · api: consolidating 1 · underutilised · 1 pod left · ip-10-0-1-7",
        "40s ago · api: consolidated 1 → 0 in about 8 s · underutilised · b",
        "",
        "to be looked at",
        "caution zone/1a: no room in 1a",
        "",
        "to be known",
        "info shop/cart: no PDB",
    ]


def test_a_quiet_cluster_says_so() -> None:
    said = [one.text for one in page_lines(Findings(), EpisodeSights(), NOW)]
    assert said.count("nothing") == 2
    assert "none since nodeview began to watch" in said
