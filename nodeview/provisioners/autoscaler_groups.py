"""Which pool a group of the Cluster Autoscaler is: it is called as the cloud calls it, and no label names it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from nodeview.provisioners.contract import ProvisionerName
from nodeview.records import NodeGroup

_HEX = "[0-9a-f]"
_FORMS: Mapping[ProvisionerName, str] = {
    "eks-managed": rf"eks-{{}}-{_HEX}{{{{8}}}}(?:-{_HEX}{{{{4}}}}){{{{3}}}}-{_HEX}{{{{12}}}}",
    "eksctl": r"eksctl-.+-nodegroup-{}-NodeGroup-\w+",
    "kops": r"{}\..+",
    "gke": rf"(?:.*/)?gke-.+-{{}}-{_HEX}{{{{8}}}}(?:-grp)?",
    "aks": r"aks-{}-\d+-vmss",
}
"""What a group of the cloud is called that stands for a pool of this name."""

Pool = tuple[ProvisionerName, tuple[str, ...]]
"""A provisioner, and the names that the pool's labels give it."""


def pools_of_groups(groups: Iterable[NodeGroup], pools: Sequence[Pool]) -> list[int | None]:
    """For each group the place of its pool; None where no pool is it, or several could be."""
    return [_place_of(one.name, pools) for one in groups]


def _place_of(group: str, pools: Sequence[Pool]) -> int | None:
    found = [
        place
        for place, (provisioner, names) in enumerate(pools)
        if any(is_of(group, provisioner, name) for name in names)
    ]
    return found[0] if len(found) == 1 else None


def is_of(group: str, provisioner: ProvisionerName, pool: str) -> bool:
    """Whether the cloud's group of this name is what the provisioner makes of this pool."""
    if group == pool:
        return True
    form = _FORMS.get(provisioner)
    return form is not None and re.fullmatch(form.format(re.escape(pool)), group) is not None
