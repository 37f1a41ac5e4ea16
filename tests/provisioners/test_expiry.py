"""When a node expires, in each era of Karpenter, and since when it may be consolidated."""

from __future__ import annotations

from nodeview.provisioners import consolidatable_since, expires_at, forced_at
from tests.builders import DAY, HOUR, NOW, a_claim, a_node, a_pool, condition

OLDER, NEWER = NOW - 3 * DAY, NOW - 2 * DAY


def test_v1_counts_from_the_claim_and_not_from_the_node() -> None:
    claim = a_claim(created=NEWER, expire_after=720 * HOUR)
    assert expires_at(a_node(created=OLDER), claim, None) == NEWER + 720 * HOUR


def test_v1_ignores_what_its_pool_gives_to_new_claims() -> None:
    never = a_claim(created=NEWER, expire_after=None)
    assert expires_at(a_node(), never, a_pool(template_expire_after=DAY)) is None
    weekly = a_claim(created=NEWER, expire_after=7 * DAY)
    assert expires_at(a_node(), weekly, a_pool(template_expire_after=DAY)) == NEWER + 7 * DAY


def test_v1beta1_reads_its_pool_live_and_counts_from_the_claim() -> None:
    claim = a_claim(created=NEWER, expire_after=None)
    assert expires_at(a_node(created=OLDER), claim, a_pool(expire_after=7 * DAY)) == NEWER + 7 * DAY
    assert expires_at(a_node(created=OLDER), claim, a_pool()) is None


def test_v1alpha5_counts_from_the_older_of_machine_and_node() -> None:
    machine = a_claim(created=NEWER, labels={"karpenter.sh/provisioner-name": "api"})
    assert expires_at(a_node(created=OLDER), machine, a_pool("api", expire_after=7 * DAY)) == OLDER + 7 * DAY
    machine = a_claim(created=OLDER, labels={"karpenter.sh/provisioner-name": "api"})
    assert expires_at(a_node(created=NEWER), machine, a_pool("api", expire_after=7 * DAY)) == OLDER + 7 * DAY


def test_without_claims_it_is_near_the_truth() -> None:
    node = a_node(created=OLDER)
    assert expires_at(node, None, a_pool(template_expire_after=7 * DAY)) == OLDER + 7 * DAY
    assert expires_at(node, None, a_pool(expire_after=7 * DAY)) == OLDER + 7 * DAY
    assert expires_at(node, None, a_pool()) is None
    assert expires_at(node, None, None) is None


def test_consolidatable_since() -> None:
    assert consolidatable_since(a_claim(conditions=(condition("Consolidatable", since=NEWER),))) == NEWER
    assert consolidatable_since(a_claim(conditions=(condition("Empty", since=NEWER),))) == NEWER
    assert consolidatable_since(a_claim(conditions=(condition("Consolidatable", "False"),))) is None
    assert consolidatable_since(a_claim()) is None
    assert consolidatable_since(None) is None


def test_a_drain_is_forced_by_the_annotation_else_after_its_grace() -> None:
    assert forced_at(None) is None
    assert forced_at(a_claim(grace_s=60)) is None
    assert forced_at(a_claim(deleted=NOW)) is None
    assert forced_at(a_claim(deleted=NOW, grace_s=60)) == NOW + 60
    said = {"karpenter.sh/nodeclaim-termination-timestamp": "2027-01-15T08:00:09Z"}
    assert forced_at(a_claim(deleted=NOW, grace_s=60, annotations=said)) == NOW + 9
    odd = {"karpenter.sh/nodeclaim-termination-timestamp": "soon"}
    assert forced_at(a_claim(deleted=NOW, grace_s=60, annotations=odd)) == NOW + 60
