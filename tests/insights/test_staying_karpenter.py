"""Why Karpenter leaves a node where it is."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.records import Node, NodeBudget, NodeClaim, Toleration
from nodeview.records.placement import Placement
from tests.builders import HOUR, NOW, a_shape, condition
from tests.insights.stays import DAEMON, LABELS, World, event, karpenters, pool, shop, usable, why
from tests.scheduling.test_disruption_budget import SPENT, a_budget, ledger

ASKS = "karpenter.sh/do-not-disrupt"
PINNED = shop(wishes=((ASKS, "true"),))
DRIFTED = condition("Drifted", reason="AMIDrift")


def test_nothing_keeps_an_empty_node() -> None:
    daemon = shop("agent-1", owner=DAEMON)
    assert why(claim=usable(), pods=[daemon], pools=[pool()]) == [
        ("nothing", "nothing keeps it: empty, next consolidation · 10m")
    ]


def test_nothing_but_its_pods_keeps_a_node_that_may_be_consolidated() -> None:
    assert why(claim=usable(), pods=[shop(), shop("cart-2")], pools=[pool()]) == [
        ("nothing", "nothing keeps it but its 2 pods: next consolidation · 10m")
    ]


def test_a_drifted_node_is_replaced_next() -> None:
    assert why(claim=usable(DRIFTED), pods=[shop()], pools=[pool("WhenEmpty")]) == [
        ("nothing", "nothing keeps it: drifted, it is replaced next")
    ]


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ((ASKS, "true"), f"{ASKS} on pod shop/cart-1"),
        ((ASKS, "30m"), f"{ASKS} on pod shop/cart-1 until +1200"),
        ((ASKS, "10m"), None),
        ((ASKS, "false"), None),
        ((ASKS, "-30m"), None),
        ((ASKS, "soon"), None),
        (("karpenter.sh/do-not-evict", "true"), None),
    ],
)
def test_pods_that_ask_to_be_left_alone(wishes: tuple[str, str], said: str | None) -> None:
    pod = shop(wishes=(wishes,), began_at=NOW - 600)
    reasons = dict(why(claim=usable(), pods=[pod], pools=[pool()]))
    assert reasons.get("pod_annotation") == said


def test_a_pod_that_has_not_begun_asks_for_good_and_one_that_leaves_asks_nothing() -> None:
    waiting = shop(wishes=((ASKS, "30m"),), began_at=None)
    assert why(claim=usable(), pods=[waiting], pools=[pool()])[0][0] == "pod_annotation"
    leaving = shop(wishes=((ASKS, "true"),), deleted=NOW)
    assert why(claim=usable(), pods=[leaving], pools=[pool()])[0][0] == "nothing"


def test_do_not_evict_is_obeyed_before_v1() -> None:
    pod = shop(wishes=(("karpenter.sh/do-not-evict", "true"),))
    assert why(claim=usable(), pods=[pod], pools=[pool("WhenUnderutilized")])[0] == (
        "pod_annotation",
        "karpenter.sh/do-not-evict on pod shop/cart-1",
    )


def test_the_reason_ends_with_its_time() -> None:
    world = World(pools=[pool()]).put(karpenters(), usable(), [shop(wishes=((ASKS, "30m"),), began_at=NOW - 600)])
    assert world.said()[0][0] == "pod_annotation"
    assert world.said(now=NOW + 1199)[0][0] == "pod_annotation"
    assert world.said(now=NOW + 1200)[0][0] == "nothing"


def test_what_asks_for_good_is_stronger_than_a_budget_and_that_than_what_passes() -> None:
    passing = shop("cart-2", wishes=((ASKS, "1h"),), began_at=NOW)
    frozen = pool(budgets=[NodeBudget("0")])
    world = World(pools=[frozen], budgets=[a_budget(**SPENT)])
    world.put(karpenters(annotations={ASKS: "true"}), usable(), [PINNED, passing, ledger()])
    assert [reason for reason, _ in world.said()] == [
        "node_annotation",
        "pod_annotation",
        "budget",
        "pdb",
        "pod_annotation",
    ]


def test_a_pdb_says_its_arithmetic_and_whether_that_is_never() -> None:
    assert why(claim=usable(), pods=[ledger(), ledger("ledger-1")], pools=[pool()], budgets=[a_budget(**SPENT)]) == [
        ("pdb", "PDB shop/ledger: needs 2 healthy, has 2 · not now for 2 pods here, shop/ledger-0 among them")
    ]
    never = a_budget(min_available=3, desired_healthy=3, disruptions_allowed=0)
    assert why(claim=usable(), pods=[ledger()], pools=[pool()], budgets=[never]) == [
        ("pdb_never", "PDB shop/ledger: needs 3 healthy of 3, has 3 · never for pod shop/ledger-0")
    ]


@pytest.mark.parametrize(
    "pod",
    [
        ledger(shape=a_shape(placement=Placement(tolerations=(Toleration(operator="Exists"),)))),
        ledger(mirror=True),
        ledger(deleted=NOW),
        ledger(wishes=((ASKS, "true"),)),
    ],
)
def test_karpenter_asks_no_budget_for_a_pod_that_it_would_not_evict(pod: Any) -> None:
    reasons = why(claim=usable(), pods=[pod], pools=[pool()], budgets=[a_budget(**SPENT)])
    assert "pdb" not in dict(reasons)


def test_drift_with_a_grace_period_asks_no_pod() -> None:
    asking: dict[str, Any] = {"pods": [PINNED, ledger()], "pools": [pool()], "budgets": [a_budget(**SPENT)]}
    assert why(claim=usable(DRIFTED, grace_s=600), **asking)[0][0] == "nothing"
    assert [one for one, _ in why(claim=usable(DRIFTED), **asking)] == ["pod_annotation", "pdb"]
    assert [one for one, _ in why(claim=usable(grace_s=600), **asking)] == ["pod_annotation", "pdb"]


@pytest.mark.parametrize(
    ("node", "claim", "reason"),
    [
        (karpenters(annotations={"karpenter.sh/do-not-disrupt": "true"}), usable(), "node_annotation"),
        (karpenters(annotations={"karpenter.sh/do-not-consolidate": "true"}), usable(), "nothing"),
        (karpenters(), usable(conditions=(condition("Initialized", "Unknown"),)), "arriving"),
    ],
)
def test_the_node_itself(node: Node, claim: NodeClaim, reason: str) -> None:
    assert why(node, claim, pools=[pool()])[0][0] == reason


def test_the_annotation_of_a_claim_counts_until_its_node_is_registered() -> None:
    claim = usable(conditions=(condition("Launched"),), annotations={ASKS: "true"})
    assert ("node_annotation", f"{ASKS} on its NodeClaim") in why(claim=claim, pools=[pool()])
    registered = usable(condition("Registered"), annotations={ASKS: "true"})
    assert "node_annotation" not in dict(why(claim=registered, pools=[pool()]))


def test_do_not_consolidate_is_obeyed_by_provisioners() -> None:
    labels = {**LABELS, "karpenter.sh/provisioner-name": "api"}
    node = karpenters(labels=labels, annotations={"karpenter.sh/do-not-consolidate": "true"})
    assert why(node, usable(), pools=[pool()])[0][0] == "node_annotation"


def test_a_static_pool_is_never_consolidated() -> None:
    assert why(claim=usable(), pools=[pool("WhenEmpty", static_replicas=3)]) == [
        ("static_pool", "pool api is static: 3 nodes, never consolidated")
    ]


def test_karpenters_own_word_comes_with_its_age() -> None:
    world = World(pools=[pool()]).put(karpenters(), usable(), [shop()])
    world.events.put(event("Unconsolidatable", "Can't replace with a cheaper node", "uid-node-1"))
    assert world.said() == [("karpenter", "Karpenter: Can't replace with a cheaper node · 3m")]


def test_what_is_not_known_is_said() -> None:
    assert why(claim=usable()) == [("unknown", "its NodePool is not known")]
    assert why(pods=[shop()], pools=[pool()]) == [("unknown", "its NodeClaim is not known")]
    quiet = usable(conditions=(condition("Initialized", since=NOW - 2 * HOUR),))
    assert why(claim=quiet, pods=[shop()], pools=[pool()])[0][0] == "unknown"


@pytest.mark.parametrize(
    "message",
    [
        'NodePool "api" has consolidation policy WhenEmpty, but node is not empty',
        "Pdb prevents pod evictions (PodDisruptionBudget=[shop/ledger])",
    ],
)
def test_what_was_said_of_pods_is_no_reason_once_the_node_is_empty(message: str) -> None:
    spent = a_budget(**SPENT)
    world = World(pools=[pool()], budgets=[spent])
    world.events.put(event("DisruptionBlocked", message, "uid-node-1"))
    world.put(karpenters(), usable(), [shop()])
    assert f"Karpenter: {message} · 3m" in [words for _, words in world.said()]
    world.put(karpenters(), usable(), [shop("agent-1", owner=DAEMON)])
    assert world.said() == [("nothing", "nothing keeps it: empty, next consolidation · 10m")]
