"""What says that a node is to go."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from nodeview.cluster.episode_signs import Sign, Word, made_word, saving_said, sign_of, taken_word
from nodeview.records import Node, NodeClaim, ObjectRef
from tests.builders import HOUR, NOW, a_claim, a_node, condition, taint
from tests.cluster.events import an_event

CLAIM = a_claim()
CHOSEN = replace(CLAIM, conditions=(condition("DisruptionReason", "True", "Drifted", since=NOW),))
BETA = replace(CLAIM, conditions=(condition("Expired"),), deleted=NOW)


@pytest.mark.parametrize(
    ("node", "claim", "sign"),
    [
        (a_node(), CLAIM, None),
        (a_node(unschedulable=True, taints=(taint("dedicated"),)), None, None),
        (a_node(taints=(taint("karpenter.sh/disrupted"),)), CLAIM, Sign("unknown", "karpenter", None)),
        (a_node(taints=(taint("karpenter.sh/disruption", added=NOW),)), CLAIM, Sign("unknown", "karpenter", NOW)),
        (a_node(), CHOSEN, Sign("drifted", "karpenter", NOW)),
        (a_node(deleted=NOW + 9), CHOSEN, Sign("drifted", "karpenter", NOW)),
        (a_node(), BETA, Sign("expired", "karpenter", NOW)),
        (a_node(deleted=NOW), None, Sign("unknown", "other", NOW)),
        (
            a_node(),
            replace(CLAIM, deleted=NOW, created=NOW - HOUR, expire_after=HOUR),
            Sign("expired", "karpenter", NOW),
        ),
        (a_node(), replace(CLAIM, deleted=NOW, created=NOW - 9, expire_after=HOUR), Sign("unknown", "karpenter", NOW)),
        (
            a_node(taints=(taint("ToBeDeletedByClusterAutoscaler", value=str(NOW)),)),
            None,
            Sign("scaled_down", "cluster-autoscaler", NOW),
        ),
        (
            a_node(taints=(taint("ToBeDeletedByClusterAutoscaler", value="soon"),)),
            None,
            Sign("scaled_down", "cluster-autoscaler", None),
        ),
        (
            a_node(taints=(taint("aws-node-termination-handler/spot-itn", added=NOW),)),
            None,
            Sign("interrupted", "other", NOW),
        ),
    ],
)
def test_what_a_node_and_its_claim_bear(node: Node, claim: NodeClaim | None, sign: Sign | None) -> None:
    assert sign_of(node, claim) == sign


@pytest.mark.parametrize(
    ("reason", "message", "word"),
    [
        ("DisruptionTerminating", "Disrupting Node: Underutilized", Word("underutilised", NOW)),
        ("DisruptionTerminating", "Disrupting NodeClaim: Empty/Delete", Word("empty", NOW, replaces=False)),
        ("DisruptionTerminating", "Disrupting Node: Consolidation/Replace", Word("underutilised", NOW, replaces=True)),
        ("DisruptionTerminating", "Disrupting Node: Drift/Delete", Word("drifted", NOW, replaces=False)),
        ("DeprovisioningTerminating", "Deprovisioning Node: emptiness/delete", Word("empty", NOW, replaces=False)),
        ("DisruptionTerminating", "something else", Word("unknown", NOW)),
        ("DisruptionBlocked", "Disrupting Node: Underutilized", None),
    ],
)
def test_words_on_an_end(reason: str, message: str, word: Word | None) -> None:
    assert taken_word(an_event(message, ObjectRef("Node", "", "a", "u"), reason=reason)) == word


def test_an_interruption_is_a_warning() -> None:
    assert taken_word(an_event(reason="SpotInterrupted", warning=True)) == Word("interrupted", NOW)
    assert taken_word(an_event(reason="InstanceTerminating")) is None  # the condition of that name, which turned


def test_words_on_a_beginning_and_on_money() -> None:
    made = an_event("Launching NodeClaim: Drifted/Replace", reason="DisruptionLaunching")
    assert made_word(made) == Word("drifted", NOW, replaces=True)
    assert made_word(an_event("Launching NodeClaim: Drifted")) is None
    said = "Consolidation candidate: replace a (savings: $%s)"
    for text, nano in (("0.14", 140_000_000), ("12", 12_000_000_000), ("x", None), ("-0.10", None)):
        assert saving_said(an_event(said % text, reason="ConsolidationCandidate")) == nano
