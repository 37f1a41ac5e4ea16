"""Groups whose names differ by zone or date, gathered under one name by regular expressions of the user's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from nodeview.provisioners.contract import Ownership, ProvisionerName

NamePatterns = tuple[re.Pattern[str], ...]
"""Each with a group named `pool`; the first that finds one is believed."""
_DECLARED: frozenset[ProvisionerName] = frozenset(("karpenter", "eks-auto", "fargate"))
"""Their pools are objects with limits of their own (a Fargate profile is one of EKS), and no labels that were chosen
for a batch of machines."""


def name_pattern(text: str) -> re.Pattern[str]:
    """Read a pattern such as `^(?P<pool>worker-\\w+)-(?P<zone>1[ac])-(?P<version>v[\\d-]+)$`.

    Raises ValueError with the end of a sentence.
    """
    try:
        pattern = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    if "pool" not in pattern.groupindex:
        raise ValueError("has no group that is named pool, as in (?P<pool>worker-.*)-1[abc]")
    return pattern


def gathered(ownership: Ownership, node: str, patterns: NamePatterns) -> Ownership:
    """The ownership with the pool that the patterns make of its group's name, or of the node's where nobody owns it."""
    if not patterns or ownership.provisioner in _DECLARED:
        return ownership
    name = ownership.pool or (node if ownership.provisioner in ("self-managed", "kwok") else None)
    pool = _pool_in(name, patterns) if name else None
    if pool is None:
        return ownership
    provisioner: ProvisionerName = "custom" if ownership.provisioner == "self-managed" else ownership.provisioner
    return Ownership(provisioner, pool, ownership.pool)


def pool_names(ownership: Ownership) -> tuple[str, ...]:
    """Every name that this node's pool answers to: what it is gathered under, then what its own label says."""
    said: Iterable[str | None] = (ownership.pool, ownership.group)
    return tuple(dict.fromkeys(name for name in said if name))


@lru_cache(maxsize=1 << 14)
def _pool_in(name: str, patterns: NamePatterns) -> str | None:
    for pattern in patterns:
        found = pattern.search(name)
        if found is not None and found["pool"]:
            return str(found["pool"])
    return None
