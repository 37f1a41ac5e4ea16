"""Which NodeClaim a node fulfils."""

from __future__ import annotations

from nodeview.provisioners import ClaimIndex
from nodeview.records import NodeName
from tests.builders import NOW, a_claim, a_node

ID = "aws:///us-east-1a/i-1"


def test_joined_by_provider_id_whatever_the_names() -> None:
    claim = a_claim(provider_id=ID, node=NodeName("other"))
    assert ClaimIndex([claim]).of(a_node(provider_id=ID)) is claim


def test_an_empty_provider_id_joins_nothing() -> None:
    claim = a_claim(provider_id="", node=None)
    assert ClaimIndex([claim]).of(a_node(provider_id="")) is None


def test_joined_by_name_while_one_side_has_no_provider_id() -> None:
    claim = a_claim(provider_id=ID, node=NodeName("node-1"))
    assert ClaimIndex([claim]).of(a_node("node-1", provider_id="")) is claim
    claim = a_claim(provider_id="", node=NodeName("node-1"))
    assert ClaimIndex([claim]).of(a_node("node-1", provider_id=ID)) is claim


def test_a_name_that_came_back_joins_no_claim_of_another_instance() -> None:
    claim = a_claim(provider_id=ID, node=NodeName("node-1"))
    assert ClaimIndex([claim]).of(a_node("node-1", provider_id="aws:///us-east-1a/i-2")) is None


def test_of_two_claims_the_living_one_counts() -> None:
    leaving = a_claim("old", provider_id=ID, deleted=NOW)
    living = a_claim("new", provider_id=ID)
    node = a_node(provider_id=ID)
    assert ClaimIndex([leaving, living]).of(node) is living
    assert ClaimIndex([living, leaving]).of(node) is living


def test_claims_that_await_their_node() -> None:
    joined = a_claim("joined", provider_id=ID)
    launched = a_claim("launched", provider_id="aws:///us-east-1a/i-9", node=None)
    new = a_claim("new", provider_id="", node=None)
    index = ClaimIndex([new, joined, launched])
    assert index.awaiting([a_node(provider_id=ID), a_node("alone", provider_id="")]) == (new, launched)
    assert ClaimIndex().awaiting([a_node()]) == ()


def test_who_counts_in_place_of_a_claim() -> None:
    first, second = a_claim("a", provider_id="p", node=None), a_claim("b", provider_id="p", node=None)
    index = ClaimIndex((first, second))
    assert index.rival(first) is second
    assert index.rival(second) is None
    named = a_claim("c", provider_id="", node="n"), a_claim("d", provider_id="", node="n", deleted=NOW)
    index = ClaimIndex(named)
    assert index.rival(named[0]) is None
    assert index.rival(named[1]) is named[0]
    assert list(index) == list(named)
