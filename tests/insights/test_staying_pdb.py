"""What PodDisruptionBudgets do to a node that somebody would empty."""

from __future__ import annotations

from nodeview.insights.staying_pdb import blocked_by, karpenter_evicts, pdb_reasons
from nodeview.scheduling import BudgetIndex
from tests.builders import NOW
from tests.insights.stays import shop
from tests.scheduling.test_disruption_budget import SPENT, a_budget, ledger


def test_pods_are_gathered_by_the_budget_that_blocks_them() -> None:
    spent, several = a_budget(**SPENT), a_budget("all", selector=())
    index = BudgetIndex({spent.key: spent})
    pods = [ledger(), ledger("ledger-1"), shop()]
    (said, blocked), *rest = blocked_by(pods, index).values()
    assert not rest
    assert said.block == "spent"
    assert [pod.name for pod in blocked] == ["ledger-0", "ledger-1"]
    both = BudgetIndex({spent.key: spent, several.key: several})
    assert [(one.reason, one.words) for one in pdb_reasons([ledger()], both)] == [
        ("several_pdbs", "more than one PDB: shop/all, shop/ledger · never for pod shop/ledger-0")
    ]


def test_whom_karpenter_evicts() -> None:
    timed = shop(wishes=(("karpenter.sh/do-not-disrupt", "10m"),), began_at=NOW)
    assert karpenter_evicts(shop(), NOW)
    assert not karpenter_evicts(timed, NOW)
    assert karpenter_evicts(timed, NOW + 600)
