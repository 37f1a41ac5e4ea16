"""What shows that a node is where it is said to be."""

from __future__ import annotations

from nodeview.provisioners.proofs import of_condition, of_cordon, of_leaving_claim, of_taint, sentence, utc
from tests.builders import NOW, a_claim, a_node, condition, taint


def test_a_sentence_of_proofs() -> None:
    assert utc(NOW) == "2027-01-15 08:00:00 UTC"
    assert sentence(()) == ""
    assert sentence((("a", None), ("b", NOW))) == "a; b since 2027-01-15 08:00:00 UTC"


def test_a_taints_value_is_said_where_it_is_not_its_time() -> None:
    assert of_taint(taint("karpenter.sh/disruption", value="disrupting"), None) == (
        "taint karpenter.sh/disruption=disrupting:NoSchedule",
        None,
    )
    assert of_taint(taint("k", "NoExecute", str(NOW)), NOW) == ("taint k:NoExecute", NOW)


def test_a_condition_says_its_reason_unless_that_is_its_name() -> None:
    assert of_condition(condition("Ready", "False", "KubeletNotReady", since=NOW)) == (
        "condition Ready is False (KubeletNotReady)",
        NOW,
    )
    assert of_condition(condition("Drained", "True", "Drained", since=None), "NodeClaim ") == (
        "NodeClaim condition Drained is True",
        None,
    )


def test_who_cordoned_it_is_said_where_it_is_told() -> None:
    assert of_cordon(a_node(), None) == ("spec.unschedulable", None)
    assert of_cordon(a_node(cordoned_by="kubectl"), NOW) == ("spec.unschedulable, set by kubectl,", NOW)


def test_a_claim_that_leaves_by_its_steps() -> None:
    assert of_leaving_claim(None) == () == of_leaving_claim(a_claim())
    claim = a_claim(
        deleted=NOW,
        conditions=(condition("Drained", "Unknown", "Draining"), condition("DisruptionReason", "True", "Drifted")),
    )
    assert [words for words, _ in of_leaving_claim(claim)] == [
        "NodeClaim condition DisruptionReason is True (Drifted)",
        "NodeClaim default-abcde is being deleted",
        "NodeClaim condition Drained is Unknown (Draining)",
    ]
