"""A node's life in a list."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import Arrival, Arrivals
from nodeview.records import NodeName, ServerVersion
from nodeview.views import EMPTY, life_of, way_in
from tests.builders import DAY, NOW, a_claim, condition, taint
from tests.views.build import view
from tests.views.test_claim import World, claim

PLANE = ServerVersion(1, 35, "v1.35.0")


def test_evidence_comes_first() -> None:
    facts = life_of(view(conditions=(condition("Ready", since=NOW - 30),)), EMPTY, None, NOW)
    assert facts == [("evidence", "condition Ready is True since 2027-01-15 07:59:30 UTC")]


def test_badges_are_told_with_their_moments() -> None:
    conditions = (
        condition("Initialized"),
        condition("Drifted", "True", "AMIDrift", since=NOW - 120),
        condition("Consolidatable", since=NOW - 20),
    )
    mine = a_claim(conditions=conditions, created=NOW - DAY, expire_after=DAY + 3600)
    node = view(claim=mine, annotations={"karpenter.sh/do-not-disrupt": "true"})
    assert life_of(node, EMPTY, PLANE, NOW)[1:] == [
        ("drifted", "drifted: AMI, since 2027-01-15 07:58:00 UTC (2m)"),
        ("expiring", "expiring in 1h, 2027-01-15 09:00:00 UTC"),
        ("consolidatable", "consolidatable, since 2027-01-15 07:59:40 UTC (20s)"),
        ("do not disrupt", "do not disrupt: annotation karpenter.sh/do-not-disrupt"),
        ("behind control plane", "2 minors behind the control plane"),
    ]


def test_a_forced_end_is_told() -> None:
    mine = a_claim(deleted=NOW - 10, grace_s=40)
    facts = dict(life_of(view(claim=mine, taints=(taint("karpenter.sh/disrupted"),)), EMPTY, None, NOW))
    assert facts["forced end"] == "all pods are deleted by 2027-01-15 08:00:30 UTC, in 30s"
    past = dict(life_of(view(claim=a_claim(deleted=NOW - 99, grace_s=40)), EMPTY, None, NOW))
    assert past["forced end"] == "all pods are deleted by 2027-01-15 07:59:01 UTC, which is past"


def test_how_it_came() -> None:
    arrival = Arrival("c", "api", NOW - 4, NOW, NOW + 3, NOW + 20, NOW + 31, NOW + 41, NOW + 44)
    words = (
        "claimed 2027-01-15 08:00:00 UTC, launched +3 s, registered +31 s, ready +41 s, first pod +44 s; "
        "its oldest pod waited 4 s for the claim"
    )
    assert way_in(arrival) == words
    cluster = replace(EMPTY, arrivals=Arrivals({NodeName("node-1"): arrival}))
    assert ("way in", words) in life_of(view(), cluster, None, NOW)
    assert way_in(Arrival()) == way_in(Arrival(joined_at=NOW)) == ""
    assert way_in(Arrival(joined_at=NOW, ready_at=NOW + 9)) == "joined 2027-01-15 08:00:00 UTC, ready +9 s"


def test_a_claim_says_when_it_is_given_up() -> None:
    waiting = World(claims=(claim(created=NOW, conditions=()),)).derive()
    facts = life_of(waiting.claims.rows["nodeclaim/api-x"], waiting, None, NOW)
    assert facts == [
        ("evidence", "NodeClaim api-x bears no condition"),
        ("given up", "given up at 08:05 UTC, unless its node comes"),
    ]
