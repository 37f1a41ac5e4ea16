"""Pools in words."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from nodeview.cluster import Arrivals, Failures
from nodeview.records import Disruption, NodeBudget, NodeGroup, NodePool
from nodeview.views import PoolRow, Tone
from nodeview.views.pool_words import (
    Fact,
    facts_of_pool,
    group_words,
    moment_words,
    policy_words,
    version_words,
)
from tests.builders import DAY, HOUR, NOW, a_node, a_pool, condition
from tests.report.frames import a_frame
from tests.views.pools import NANO, a_budgeted_pool, a_karpenter_node, derived, of_view

MIDNIGHT = NOW // DAY * DAY


def facts(row: PoolRow, now: float = NOW) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for one in facts_of_pool(row.pool, row.details, now, priced=True):
        found.setdefault(one.label, []).append(one)
    return found


def said(row: PoolRow, label: str, now: float = NOW) -> list[str]:
    return [one.text for one in facts(row, now)[label]]


def limited(limit: int, used: int | None, **overrides: object) -> PoolRow:
    resources = {} if used is None else {"cpu": used * NANO}
    pool = a_pool("api", limits={"cpu": limit * NANO}, resources=resources, **overrides)
    return derived([a_karpenter_node("n-1")], [pool]).rows[0]


def test_a_healthy_pool_says_what_it_is() -> None:
    row = derived([a_karpenter_node(f"n-{place}") for place in range(3)], [a_budgeted_pool(NodeBudget("1"))]).rows[0]
    assert said(row, "nodes") == ["3: 3 ready"]
    assert said(row, "cpu") == ["0 of 12 vCPU requested, 0 %"]
    assert said(row, "capacity") == ["spot ×3"]
    assert said(row, "types") == ["m7g.xlarge ×3"]
    assert said(row, "kubelet") == ["v1.33.1-eks-1a2b3c4 ×3 · 3 behind the control plane"]
    assert said(row, "images") == ["ami-1 ×3"]
    assert said(row, "may go") == ["1, for any reason"]
    assert said(row, "budget") == ["1, of 3 initialised nodes"]
    assert said(row, "policy") == ["WhenEmptyOrUnderutilized after 30s · never expires · no weight"]
    assert "limit" not in facts(row)


def test_mixed_versions_and_images_are_marked() -> None:
    nodes = [
        a_karpenter_node("n-1", kubelet_version="v1.34.1"),
        a_karpenter_node("n-2", labels={"karpenter.k8s.aws/instance-ami-id": "ami-2"}, kubelet_version="v1.33.9"),
    ]
    row = derived(nodes).rows[0]
    (kubelet,) = facts(row)["kubelet"]
    assert kubelet == Fact("kubelet", "v1.34.1 ×1, v1.33.9 ×1 · mixed · 1 behind the control plane", Tone.CAUTION)
    assert facts(row)["images"] == [Fact("images", "ami-1 ×1, ami-2 ×1 · mixed", Tone.CAUTION)]
    assert version_words(row.pool) == "v1.33.9…v1.34.1"
    builds = [a_karpenter_node(f"n-{one}", kubelet_version=f"v1.34.1-eks-{one}") for one in "ab"]
    assert version_words(derived(builds).rows[0].pool) == "v1.34.1 ×2"


@pytest.mark.parametrize(
    ("limit", "used", "words", "step"),
    [
        (23, 20, "cpu 20 of 23 vCPU · 3 vCPU left",
         "no machine fits in what is left: the smallest, of the types seen, is "
         "m7g.xlarge (4 vCPU, 16.0 GiB), 1 vCPU of cpu too large"),
        (24, 20, "cpu 20 of 24 vCPU · 4 vCPU left",
         "m7g.xlarge (4 vCPU, 16.0 GiB) is the smallest that still fits, of the types seen"),
        (20, 20, "cpu 20 of 20 vCPU · nothing left", "no machine: the limit of cpu is reached"),
        (20, 24, "cpu 24 of 20 vCPU · nothing left", "no machine: the limit of cpu is reached"),
        (0, 4, "cpu 4 vCPU of 0 · nothing left", "no machine: the limit of cpu is reached"),
        (20, None, "cpu 20 vCPU, of which it is not said how much is used",
         "m7g.xlarge (4 vCPU, 16.0 GiB) is the smallest that still fits, of the types seen"),
    ],
)  # fmt: skip
def test_limits_and_the_smallest_step(limit: int, used: int | None, words: str, step: str) -> None:
    row = limited(limit, used)
    assert said(row, "limit") == [words]
    assert said(row, "next step") == [step]


def test_what_was_never_seen_is_not_known() -> None:
    pool = a_pool("gpu", limits={"cpu": 8 * NANO})
    row = derived([], [pool]).rows[0]
    assert said(row, "nodes") == ["none"]
    assert said(row, "next step") == ["not known: no type that it makes was seen"]


def test_budgets_say_what_may_go_and_until_when() -> None:
    pool = a_budgeted_pool(NodeBudget("50%"), NodeBudget("0", ("Drifted",), "0 22 * * *", "8h"))
    nodes = [a_karpenter_node(f"n-{place}") for place in range(4)]
    row = derived(nodes, [pool], now=MIDNIGHT + HOUR).rows[0]
    assert said(row, "may go", MIDNIGHT + HOUR) == ["Empty 2, Drifted 0 until 06:00 UTC (in 5h), Underutilized 2"]
    assert said(row, "budget", MIDNIGHT + HOUR) == [
        "50% → 2, of 4 initialised nodes",
        "0 for Drifted, at 0 22 * * * UTC for 8h: holds now until 06:00 UTC (in 5h)",
    ]
    later = derived(nodes, [pool], now=MIDNIGHT + 7 * HOUR).rows[0]
    assert said(later, "budget", MIDNIGHT + 7 * HOUR)[1].endswith("rests until Sat 22:00 UTC (in 15h)") or said(
        later, "budget", MIDNIGHT + 7 * HOUR
    )[1].endswith("22:00 UTC (in 15h)")
    wrong = derived(nodes, [a_budgeted_pool(NodeBudget("1", (), "noon", "1h"))]).rows[0]
    assert said(wrong, "may go") == ["0: nobody can read its schedule 'noon', for any reason"]
    assert "so nothing may go" in said(wrong, "budget")[0]


def test_conditions_that_are_false_come_first_with_their_reasons() -> None:
    conditions = (
        condition("ValidationSucceeded"),
        condition("Ready", "False", "NodeClassNotFound", "it is not there"),
        condition("NodeRegistrationHealthy", "False", "RegistrationFailed", "Failed to register node"),
    )
    row = derived([a_karpenter_node("n-1")], [a_pool("api", conditions=conditions, ready=False)]).rows[0]
    first, second = [*facts_of_pool(row.pool, row.details, NOW, priced=True)][:2]
    assert first == Fact("Ready", "False: NodeClassNotFound · it is not there", Tone.ALARM)
    assert second == Fact(
        "NodeRegistrationHealthy", "False: RegistrationFailed · Failed to register node", Tone.CAUTION
    )
    assert facts(row)["conditions"] == [Fact("conditions", "ValidationSucceeded True", Tone.MUTED)]


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        (a_pool(disruption=Disruption("WhenEmpty", None, True)), "WhenEmpty after Never · never expires · no weight"),
        (
            a_pool(disruption=Disruption("Balanced", 60, True), template_expire_after=30 * DAY, grace_s=90, weight=7),
            "Balanced after 1m · expires after 30d · a drain is forced after 1m30s · weight 7",
        ),
        (a_pool(static_replicas=3), "static, 3 replicas: never consolidated · never expires · no weight"),
        (a_pool(expire_after=DAY), "consolidation: not said · expires after 1d · no weight"),
    ],
)
def test_policies(pool: NodePool, words: str) -> None:
    assert policy_words(pool) == words


def test_groups_of_the_autoscaler() -> None:
    group = NodeGroup("asg", "Healthy", 3, 4, 1, 10, "Backoff", "OutOfCapacity: none", "CandidatesPresent", 2)
    words, tone = group_words(group)
    assert (
        words
        == "asg · 1/4/10 min/target/max · Healthy · 3 ready · scale-up Backoff: OutOfCapacity: none · 2 to scale down"
    )
    assert tone is Tone.CAUTION
    assert group_words(NodeGroup("asg")) == ("asg · –/–/– min/target/max", Tone.PLAIN)


def test_how_nodes_come() -> None:
    view = a_frame([a_karpenter_node("n-1")], (), [a_pool("api")]).view
    failures = {"api": Failures(3, NOW - 120, "InsufficientCapacity")}
    row = of_view(replace(view, arrivals=Arrivals({}, {"api": (30.0, 48.0, 122.0)}, failures))).rows[0]
    assert said(row, "ready in") == ["48 s, at worst 122 s (3 nodes)"]
    assert said(row, "coming") == ["3 claims went without a node in a row, since 2m: InsufficientCapacity"]


def test_the_nodes_of_no_pool_have_neither_limits_nor_policy() -> None:
    labels = facts(derived([a_node()]).rows[0]).keys()
    assert not labels & {"limit", "next step", "budget", "may go", "policy"}


def test_moments_near_and_far() -> None:
    assert moment_words(MIDNIGHT + 6 * HOUR, MIDNIGHT) == "06:00 UTC (in 6h)"
    assert moment_words(MIDNIGHT + 2 * DAY, MIDNIGHT).endswith(" 00:00 UTC (in 2d)")
    assert moment_words(1_800_000_000 + 20 * DAY, 1_800_000_000) == "2027-02-04 08:00 UTC (in 20d)"
