"""The badges of a node in words, with their moments."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.provisioners import BadgeWords, badges_of, behind_words, drift_of, minors_behind, tell_badges
from nodeview.records import ServerVersion
from tests.builders import DAY, HOUR, NOW, a_claim, a_node, a_pool, condition, taint

PLANE = ServerVersion(1, 35, "v1.35.0")
SINCE = NOW - 77

Case = tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any] | None, BadgeWords]
CASES: dict[str, Case] = {
    "drift": (
        {},
        {"conditions": (condition("Drifted", "True", "AMIDrift", since=SINCE),)},
        None,
        BadgeWords("drifted", "drifted: AMI", SINCE),
    ),
    "drift without a reason": (
        {},
        {"conditions": (condition("Drifted", since=SINCE),)},
        None,
        BadgeWords("drifted", "drifted: no reason given", SINCE),
    ),
    "v1 expires by its claim": (
        {},
        {"created": NOW - DAY, "expire_after": DAY + HOUR, "conditions": ()},
        None,
        BadgeWords("expiring", "expiring", NOW + HOUR),
    ),
    "v1beta1 expires by its pool": (
        {},
        {"created": NOW - DAY, "conditions": (condition("Expired", since=SINCE),)},
        {"expire_after": HOUR},
        BadgeWords("expired", "expired", NOW - DAY + HOUR),
    ),
    "without a claim it is about": (
        {"created": NOW - DAY},
        None,
        {"template_expire_after": DAY + HOUR},
        BadgeWords("expiring", "≈ expiring", NOW + HOUR),
    ),
    "consolidatable": (
        {},
        {"conditions": (condition("Consolidatable", since=SINCE),)},
        None,
        BadgeWords("consolidatable", "consolidatable", SINCE),
    ),
    "chosen": (
        {},
        {"conditions": (condition("DisruptionReason", "True", "Underutilized", since=SINCE),)},
        None,
        BadgeWords("candidate", "chosen by Karpenter: Underutilized", SINCE),
    ),
    "unneeded, by its taint's own time": (
        {"taints": (taint("DeletionCandidateOfClusterAutoscaler", "PreferNoSchedule", str(SINCE), NOW),)},
        None,
        None,
        BadgeWords("candidate", "candidate for removal by the Cluster Autoscaler", SINCE),
    ),
    "kops": (
        {"taints": (taint("kops.k8s.io/scheduled-for-update", added=SINCE),)},
        None,
        None,
        BadgeWords("candidate", "candidate for removal by kops.k8s.io/scheduled-for-update", SINCE),
    ),
    "asked to be left alone": (
        {"annotations": {"cluster-autoscaler.kubernetes.io/scale-down-disabled": "true"}},
        None,
        None,
        BadgeWords(
            "do_not_disrupt", "do not disrupt: annotation cluster-autoscaler.kubernetes.io/scale-down-disabled", None
        ),
    ),
    "asked by its claim": (
        {},
        {"annotations": {"karpenter.sh/do-not-disrupt": "true"}, "conditions": ()},
        None,
        BadgeWords(
            "do_not_disrupt",
            "do not disrupt: annotation karpenter.sh/do-not-disrupt of NodeClaim default-abcde",
            None,
        ),
    ),
    "pressure": (
        {"conditions": (condition("Ready"), condition("DiskPressure", since=SINCE))},
        None,
        None,
        BadgeWords("pressure", "pressure: DiskPressure", SINCE),
    ),
    "pressure by its taint": (
        {"taints": (taint("node.kubernetes.io/pid-pressure", added=SINCE),)},
        None,
        None,
        BadgeWords("pressure", "pressure: taint node.kubernetes.io/pid-pressure", SINCE),
    ),
    "old": (
        {"kubelet_version": "v1.33.9-eks-1"},
        None,
        None,
        BadgeWords("behind_control_plane", "2 minors behind the control plane", None),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_badge_in_words(case: str) -> None:
    said, claimed, pooled, words = CASES[case]
    node = a_node(**({"kubelet_version": "v1.35.1"} | said))
    claim = a_claim(**claimed) if claimed is not None else None
    pool = a_pool(**pooled) if pooled is not None else None
    assert tell_badges(node, claim, pool, NOW, PLANE) == (words,)
    assert badges_of(node, claim, pool, NOW, PLANE) == (words.badge,)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("NodePoolDrifted", "NodePool"),
        ("RequirementsDrifted", "requirements"),
        ("NodeClassDrift", "node class"),
        ("SomethingNew", "SomethingNew"),
        ("Drifted", ""),
    ],
)
def test_by_what_it_drifted(reason: str, words: str) -> None:
    assert drift_of(a_claim(conditions=(condition("Drifted", "True", reason),))) == words
    assert drift_of(a_claim(conditions=(condition("Drifted", "False", reason),))) == ""
    assert drift_of(None) == ""


def test_how_far_a_kubelet_is_behind() -> None:
    assert minors_behind("v1.34.2", PLANE) == 1
    assert minors_behind("v0.34", PLANE) is None
    assert minors_behind("latest", PLANE) is None
    assert behind_words(1) == "1 minor behind the control plane"
    assert behind_words(None) == "behind the control plane"
