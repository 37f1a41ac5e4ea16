"""What Karpenter said last, in the words of every version."""

from __future__ import annotations

import pytest

from nodeview.insights.staying_last_word import last_word, named_in
from nodeview.insights.staying_reason import Stay
from nodeview.scheduling import NO_BUDGETS, BudgetIndex
from tests.builders import NOW
from tests.insights.stays import event, shop
from tests.scheduling.test_disruption_budget import SPENT, a_budget

PDB = frozenset({"rotation/guarded"})


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("Pdb prevents pod evictions (PodDisruptionBudget=[rotation/guarded])", ("rotation/guarded",)),
        ("Pdb prevents pod evictions (PodDisruptionBudget=[a/b, c/d.e])", ("a/b", "c/d.e")),
        ("Eviction does not support multiple PDBs (PodDisruptionBudget(s)=[a/b c/d])", ("a/b", "c/d")),
        ('Pod has "karpenter.sh/do-not-disrupt" annotation (Pod=default/stubborn)', ("default/stubborn",)),
        ('Cannot disrupt Node: Pod "a/b-1" has "karpenter.sh/do-not-disrupt" annotation', ("a/b-1",)),
        ('Cannot disrupt NodeClaim: PDB "shop/ledger" prevents pod evictions', ("shop/ledger",)),
        ('pdb "shop/ledger" prevents pod evictions', ("shop/ledger",)),
        ('Cannot deprovision Node: PDB "shop/ledger" prevents pod evictions', ("shop/ledger",)),
        ("Can't replace with a cheaper node", ()),
        ("NodePool not found (NodePool=api)", ()),
        ('Pod "', ()),
    ],
)
def test_pods_and_budgets_are_found_in_any_wording(message: str, named: tuple[str, ...]) -> None:
    assert named_in(message) == named


def word(*said: tuple[str, str, int], budgets: frozenset[str] = PDB) -> Stay | None:
    events = [event(reason, message, "u", ago) for reason, message, ago in said]
    found = last_word(events, [shop("cart-1")], budgets)
    return None if found is None else found.stay


def test_the_newest_counts_and_nothing_else_that_is_said() -> None:
    blocked = ("DisruptionBlocked", "Node is nominated for a pending pod", 60)
    dear = ("Unconsolidatable", "Can't replace with a cheaper node", 600)
    found = word(dear, blocked, ("FailedDraining", "Failed to drain node, 2 pods", 1))
    assert found == Stay("nominated", "Karpenter: Node is nominated for a pending pod", since=NOW - 60)
    found = word(dear, (*blocked[:2], 900))
    assert found == Stay("karpenter", "Karpenter: Can't replace with a cheaper node", since=NOW - 600)
    assert word(("Ready", "Status condition transitioned", 1)) is None


def test_prefixes_of_older_versions_go() -> None:
    said = word(("DeprovisioningBlocked", "Cannot deprovision Node: Node isn't owned", 5))
    assert said is not None
    assert said.words == "Karpenter: Node isn't owned"


@pytest.mark.parametrize(
    ("message", "holds"),
    [
        ('Pod has "karpenter.sh/do-not-disrupt" annotation (Pod=shop/cart-1)', True),
        ('Pod has "karpenter.sh/do-not-disrupt" annotation (Pod=shop/gone-1)', False),
        ("Pdb prevents pod evictions (PodDisruptionBudget=[rotation/guarded])", True),
        ("Pdb prevents pod evictions (PodDisruptionBudget=[rotation/gone])", False),
        ("Node is deleting or marked for deletion", False),
        ("", False),
    ],
)
def test_what_speaks_of_things_that_are_gone_is_no_reason(message: str, holds: bool) -> None:
    assert (word(("DisruptionBlocked", message, 5)) is not None) is holds


def test_a_word_on_an_annotation_ends_with_it_and_one_on_a_budget_when_that_gives_again() -> None:
    timed = shop(wishes=(("karpenter.sh/do-not-disrupt", "3m"),), began_at=NOW)
    asks = event("DisruptionBlocked", 'Pod has "karpenter.sh/do-not-disrupt" annotation (Pod=shop/cart-1)', "u")
    said = last_word([asks], [timed], PDB)
    assert said is not None
    assert said.holds(NO_BUDGETS, NOW + 179)
    assert not said.holds(NO_BUDGETS, NOW + 180)
    blocks = event("DisruptionBlocked", "Pdb prevents pod evictions (PodDisruptionBudget=[shop/ledger])", "u")
    said = last_word([blocks], [timed], {"shop/ledger"})
    assert said is not None
    spent, open_ = a_budget(**SPENT), a_budget()
    assert said.holds(BudgetIndex({spent.key: spent}), NOW)
    assert not said.holds(BudgetIndex({open_.key: open_}), NOW)
    assert not said.holds(NO_BUDGETS, NOW)


def test_a_nomination_is_soon_over_and_what_was_said_before_it_is_true_again() -> None:
    dear = event("Unconsolidatable", "Can't replace with a cheaper node", "u", 300)
    nominated = event("DisruptionBlocked", "Node is nominated for a pending pod", "u", 10)
    said = last_word([nominated, dear], [], PDB)
    assert said is not None
    assert said.stay.reason == "nominated"
    assert said.holds(NO_BUDGETS, NOW + 139)
    assert not said.holds(NO_BUDGETS, NOW + 140)
    assert said.before is not None
    assert said.before.stay.words == "Karpenter: Can't replace with a cheaper node"
    alone = last_word([nominated], [], PDB)
    assert alone is not None
    assert alone.before is None


def test_foreign_words_are_cut_and_made_printable() -> None:
    said = word(("Unconsolidatable", "a\x1b[31m" + "b" * 2000, 5))
    assert said is not None
    assert "\x1b" not in said.words
    assert len(said.words) < 260
