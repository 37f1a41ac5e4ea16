"""Which values a label may take: what a NodePool leaves open, and what a pod asks for, one against the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from nodeview.records import Requirement
from nodeview.scheduling.requirements import in_words, meets, whole

_FEW = 1_000
"""Numbers between two bounds that are tried one by one."""


class Allowance(msgspec.Struct, frozen=True):
    """The values that are left for one label by all that was required of it."""

    requirements: tuple[Requirement, ...] = ()

    def allows(self, value: str) -> bool:
        """Whether a node with this value would do."""
        labels = {one.key: value for one in self.requirements}
        return all(meets(labels, one) for one in self.requirements)

    @property
    def absent(self) -> bool:
        """Whether a node without the label would do."""
        return all(meets({}, one) for one in self.requirements)

    @property
    def nothing(self) -> bool:
        """Whether neither any value nor the absence of one is left."""
        if self.absent:
            return False
        listed = self.listed()
        if listed is not None:
            return not listed
        if any(one.operator == "DoesNotExist" for one in self.requirements):
            return True
        least, most = self._bounds()
        if least is None or most is None or most - least > _FEW:
            return False
        return not any(self.allows(str(number)) for number in range(least, most + 1))

    def with_(self, requirements: Iterable[Requirement]) -> Allowance:
        """What is left when this is required as well."""
        return Allowance((*self.requirements, *requirements))

    def listed(self) -> tuple[str, ...] | None:
        """The values one by one; None where they are not listed."""
        lists = [one.values for one in self.requirements if one.operator == "In"]
        return tuple([value for value in lists[0] if self.allows(value)]) if lists else None

    def most(self) -> int | None:
        """The greatest whole number that is allowed; None where there is no upper bound."""
        listed = self.listed()
        if listed is None:
            return self._bounds()[1]
        numbers = [whole(value) for value in listed]
        return max((number for number in numbers if number is not None), default=None)

    def _bounds(self) -> tuple[int | None, int | None]:
        least = [*self._ends("Gt", 1), *self._ends("Gte", 0)]
        most = [*self._ends("Lt", -1), *self._ends("Lte", 0)]
        return max(least, default=None), min(most, default=None)

    def _ends(self, operator: str, step: int) -> list[int]:
        ends = [whole(one.values[0]) for one in self.requirements if one.operator == operator and one.values]
        return [end + step for end in ends if end is not None]


ANYTHING = Allowance()


def allowances(requirements: Iterable[Requirement]) -> dict[str, Allowance]:
    """By label."""
    by_key: dict[str, Allowance] = {}
    for one in requirements:
        by_key[one.key] = by_key.get(one.key, ANYTHING).with_((one,))
    return by_key


def refused(pool: Mapping[str, Allowance], asked: Iterable[Requirement]) -> str | None:
    """The first thing asked of a label that the pool's nodes can never have, in words; None: all could be had.

    Where the pool says nothing of a label, its nodes may have any value of those that clouds know, and none of others.
    """
    for key, wish in allowances(asked).items():
        given = pool.get(key)
        if given is None and is_well_known(key):
            given = ANYTHING
        unheard_of = given is None and not wish.absent
        if unheard_of or (given is not None and given.with_(wish.requirements).nothing):
            return " and ".join(in_words(one) for one in wish.requirements)
    return None


_WELL_KNOWN = {
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "node.kubernetes.io/instance-type",
    "node.kubernetes.io/windows-build",
    "kubernetes.io/arch",
    "kubernetes.io/os",
    "karpenter.sh/capacity-type",
    "topology.k8s.aws/zone-id",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
    "beta.kubernetes.io/instance-type",
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/os",
}
_OF_CLOUDS = ("karpenter.k8s.aws/", "eks.amazonaws.com/", "karpenter.kwok.sh/", "karpenter.azure.com/")


def is_well_known(key: str) -> bool:
    """A label that a cloud puts on its machines, whether the pool names it or not."""
    return key in _WELL_KNOWN or key.startswith(_OF_CLOUDS)
