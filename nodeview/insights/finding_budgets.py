"""PodDisruptionBudgets that no eviction can ever satisfy."""

from __future__ import annotations

from collections.abc import Generator

from nodeview.insights.contract import Moment
from nodeview.insights.finding import Finding, Part, at_most, renewed
from nodeview.records import PodDisruptionBudget

SLICE = 128


def find_budgets(moment: Moment, before: Part) -> Generator[None, None, Part]:
    """A finding for each budget with pods of which none can ever be evicted: no drain of their nodes ends."""
    if before.basis is not None and not moment.snapshot.touched.budgets:
        return before
    if not moment.snapshot.budgets:
        return before if before.basis is not None and not before.findings else Part(basis=True)
    from nodeview.scheduling import forbids_all  # loaded with the first budget, not before the first paint

    found: list[Finding] = []
    for count, key in enumerate(sorted(moment.snapshot.budgets), start=1):
        budget = moment.snapshot.budgets.get(key)
        if budget is not None and budget.expected_pods > 0 and forbids_all(budget):
            found.append(_finding(budget))
        if count % SLICE == 0:
            yield
    return renewed(before, at_most(found), True)


def _finding(budget: PodDisruptionBudget) -> Finding:
    from nodeview.scheduling import arithmetic

    subject = f"pdb/{budget.namespace}/{budget.name}"
    return Finding("pdb-never", "caution", subject, f"none of its pods can ever be evicted: {arithmetic(budget)}")
