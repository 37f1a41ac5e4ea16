"""Whether the eviction API would let a pod go: the PodDisruptionBudgets that mean it, and their arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

import msgspec

from nodeview.records import ObjectKey, Pod, PodDisruptionBudget, Selector
from nodeview.scheduling.requirements import selects

Evictable = Literal["now", "later", "never"]
"""*later* when its budget has something to give again; *never* while the budget and its workload are as they are."""
Block = Literal["", "arithmetic", "spent", "processing", "several"]
"""Why not: the budget allows nothing whatever happens; nothing at the moment; the server has not worked it out yet;
more than one budget means the pod, which the API refuses."""

_MOST_KNOWN = 50_000
"""Label sets remembered; then all is forgotten, since those of pods long gone are among them."""
Labels = tuple[tuple[str, str], ...]


class Eviction(msgspec.Struct, frozen=True, gc=False):
    """What the eviction API would say of a pod."""

    evictable: Evictable
    block: Block = ""
    budgets: tuple[PodDisruptionBudget, ...] = ()
    """Those that are asked: the one that blocks first."""

    @property
    def proof(self) -> str:
        """The budget and its arithmetic, in words; empty where nothing blocks."""
        if not self.block:
            return ""
        if self.block == "several":
            return "more than one PDB: " + ", ".join(name_of(one) for one in self.budgets)
        return f"PDB {name_of(self.budgets[0])}: {arithmetic(self.budgets[0])}"


FREE = Eviction("now")


def eviction_of(pod: Pod, budgets: tuple[PodDisruptionBudget, ...]) -> Eviction:
    """What the eviction API would say of this pod, of which these budgets are all that mean it."""
    if not budgets or pod.deleted is not None or pod.phase in ("Pending", "Succeeded", "Failed"):
        return FREE
    if len(budgets) > 1:
        return Eviction("never", "several", budgets)
    budget = budgets[0]
    if not pod.ready and (budget.evicts_unready or _is_healthy(budget)):
        return Eviction("now", "", budgets)
    if forbids_all(budget):
        return Eviction("never", "arithmetic", budgets)
    if budget.observed_generation < budget.generation:
        return Eviction("later", "processing", budgets)
    if budget.disruptions_allowed <= 0:
        return Eviction("later", "spent", budgets)
    return Eviction("now", "", budgets)


def forbids_all(budget: PodDisruptionBudget) -> bool:
    """Whether no pod can ever be evicted while the budget, and the number of its pods, are as they are."""
    if _share(budget.max_unavailable) == 0 or budget.max_unavailable == 0:
        return True
    if (_share(budget.min_available) or 0) >= 100:
        return True
    observed = budget.observed_generation >= budget.generation
    return observed and budget.expected_pods > 0 and budget.desired_healthy >= budget.expected_pods


def arithmetic(budget: PodDisruptionBudget) -> str:
    """Why the budget allows nothing, in words: what it asks for, or what it needs and has."""
    if _share(budget.max_unavailable) == 0 or budget.max_unavailable == 0:
        return f"maxUnavailable is {budget.max_unavailable}"
    if (_share(budget.min_available) or 0) >= 100:
        return f"minAvailable is {budget.min_available}"
    if budget.observed_generation < budget.generation:
        return "still being processed by the server"
    whole = f" of {budget.expected_pods}" if forbids_all(budget) else ""
    return f"needs {budget.desired_healthy} healthy{whole}, has {budget.current_healthy}"


def name_of(budget: PodDisruptionBudget) -> str:
    """`namespace/name`."""
    return f"{budget.namespace}/{budget.name}"


def _is_healthy(budget: PodDisruptionBudget) -> bool:
    return budget.current_healthy >= budget.desired_healthy > 0


def _share(value: int | str | None) -> int | None:
    """Percent; None for a number of pods, and for what is none."""
    if not isinstance(value, str) or not value.endswith("%"):
        return None
    digits = value[:-1]
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 6 else None


class _Namespace:
    """The selectors of one namespace, and which labels they were found to mean. Labels are known by identity: pods of a
    template share theirs, and to hash those takes longer than all else."""

    __slots__ = ("known", "selectors")

    def __init__(self, selectors: tuple[tuple[ObjectKey, Selector], ...]) -> None:
        self.selectors = selectors
        self.known: dict[int, tuple[Labels, tuple[ObjectKey, ...]]] = {}

    def meaning(self, labels: Labels) -> tuple[ObjectKey, ...]:
        known = self.known.get(id(labels))
        if known is not None:
            return known[1]
        if len(self.known) >= _MOST_KNOWN:
            self.known.clear()
        mapped = dict(labels)
        found = tuple([key for key, selector in self.selectors if selects(selector, mapped)])
        self.known[id(labels)] = labels, found
        return found


class BudgetIndex:
    """PodDisruptionBudgets by the pods that they mean."""

    __slots__ = ("_budgets", "_namespaces", "names")

    def __init__(self, budgets: Mapping[ObjectKey, PodDisruptionBudget], before: BudgetIndex | None = None) -> None:
        """Index these budgets. `before` lends what it found out of namespaces whose selectors are the same."""
        by_namespace: dict[str, list[tuple[ObjectKey, Selector]]] = {}
        for key in sorted(budgets):
            by_namespace.setdefault(key.namespace, []).append((key, budgets[key].selector))
        old = before._namespaces if before is not None else {}
        self._namespaces: dict[str, _Namespace] = {}
        for namespace, listed in by_namespace.items():
            selectors, known = tuple(listed), old.get(namespace)
            same = known is not None and known.selectors == selectors
            self._namespaces[namespace] = known if known is not None and same else _Namespace(selectors)
        self._budgets = dict(budgets)
        self.names = frozenset([f"{key.namespace}/{key.name}" for key in budgets])
        """All of them, as `namespace/name`."""

    @property
    def namespaces(self) -> Collection[str]:
        """Where there are any."""
        return self._namespaces.keys()

    def keys_of(self, pod: Pod) -> tuple[ObjectKey, ...]:
        """The budgets that mean this pod."""
        here = self._namespaces.get(pod.namespace)
        return () if here is None else here.meaning(pod.labels)

    def is_spent(self, name: str) -> bool:
        """Whether the budget of this `namespace/name` is there and lets nothing go."""
        namespace, _, plain = name.partition("/")
        budget = self._budgets.get(ObjectKey(namespace, plain))
        return budget is not None and (budget.disruptions_allowed <= 0 or forbids_all(budget))

    def of(self, pod: Pod) -> tuple[PodDisruptionBudget, ...]:
        """The budgets that mean this pod, as they stand."""
        return tuple([self._budgets[key] for key in self.keys_of(pod)])

    def eviction_of(self, pod: Pod) -> Eviction:
        """What the eviction API would say of this pod."""
        keys = self.keys_of(pod)
        return eviction_of(pod, tuple([self._budgets[key] for key in keys])) if keys else FREE

    def reselected(self, before: BudgetIndex) -> frozenset[str]:
        """Namespaces where other pods may be meant than in an index before."""
        return frozenset(
            name
            for name in self._namespaces.keys() | before._namespaces.keys()
            if self._namespaces.get(name) is not before._namespaces.get(name)
        )


NO_BUDGETS = BudgetIndex({})
