"""What of a node's price is work, and what is placeholders, daemons, the system and idle room: AWS's own split.

A core weighs nine times a GiB, and a GPU ninety times (its weights are 9 for a GPU, 0.9 for a core and 0.1 for a GiB):
split cost allocation data of AWS. All is integers, so that the parts add up to the price exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from nodeview.records import Amounts, Node, Pod

GPUS = ("nvidia.com/gpu", "amd.com/gpu", "gpu.intel.com/i915", "aws.amazon.com/neuron", "habana.ai/gaudi")
"""Accelerators by the name under which they are requested whole."""
_GIB = 2**30
_CORE, _GPU = 9 * _GIB, 90 * _GIB
"""Weights of a core and of a GPU where a byte weighs 1."""
_WEIGHTS = (("cpu", _CORE), ("memory", 1), *((name, _GPU) for name in GPUS))
COUNTED = frozenset(name for name, _ in _WEIGHTS)
"""Resources that a price is split by."""


class Split(msgspec.Struct, frozen=True, gc=False):
    """What an hour of a node, or of several, is spent on, in nano-units of one currency."""

    work: int = 0
    """Requested by pods of which none of the following is true."""
    balloons: int = 0
    """Held by low-priority placeholders."""
    daemons: int = 0
    """Of DaemonSets, and static pods: what every node runs."""
    reserved: int = 0
    """Kept by the system: what the node has beyond what it offers to pods."""
    idle: int = 0
    """Offered to pods, and requested by none."""

    @property
    def hourly(self) -> int:
        """What the parts add up to: the price."""
        return self.work + self.balloons + self.daemons + self.reserved + self.idle


def is_daemon(pod: Pod) -> bool:
    """A pod of a DaemonSet, or a static one: it is there because the node is."""
    return pod.mirror or (pod.owner is not None and pod.owner.kind == "DaemonSet")


def weight_of(amounts: Amounts) -> int:
    """What these amounts count in the split: cores, memory and GPUs."""
    weight = _CORE * amounts.get("cpu", 0) + amounts.get("memory", 0)
    if len(amounts) > 2:
        for name in GPUS:
            weight += _GPU * amounts.get(name, 0)
    return weight


def apportion(amount: int, weights: Sequence[int]) -> list[int]:
    """Cut an amount into parts that are to each other as these weights, and add up to it exactly.

    What whole units cannot express goes to the greatest remainders. Where nothing has a weight, all weigh the same.
    """
    whole = sum(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    parts = [amount * weight // whole for weight in weights]
    left = amount - sum(parts)
    if left:
        by_rest = sorted(range(len(parts)), key=lambda place: (-(amount * weights[place] % whole), place))
        for place in by_rest[:left]:
            parts[place] += 1
    return parts


def split_of(
    hourly: int,
    node: Node,
    requested: Amounts,
    balloon: Amounts,
    daemons: Amounts,
    unknown: Collection[str],
    *,
    fargate: bool = False,
) -> Split | None:
    """Split the price of a node over what its pods request; None where an amount that counts is `unknown`.

    `balloon` and `daemons` are parts of `requested`. Where more is requested than there is, all parts give way alike.
    """
    on_it = weight_of(requested)
    placeholders = weight_of(balloon) if balloon else 0
    of_node = weight_of(daemons) if daemons else 0
    rest = on_it - placeholders - of_node
    if fargate:  # it was made for its one pod, and has no room for another
        if not on_it:
            return Split(work=hourly) if requested.get("pods") else Split(idle=hourly)
        work, balloons, of_daemons = apportion(hourly, (rest, placeholders, of_node))
        return Split(work, balloons, of_daemons)
    kept = None if unknown and not COUNTED.isdisjoint(unknown) else _kept(node)
    if kept is None:
        return None
    whole, reserved = kept
    weights = (rest, placeholders, of_node, reserved)
    if on_it + reserved >= whole:  # no idle room to take what whole units cannot express
        work, balloons, of_daemons, system = apportion(hourly, weights)
        return Split(work, balloons, of_daemons, system)
    work, balloons, of_daemons, system = [hourly * weight // whole for weight in weights]
    return Split(work, balloons, of_daemons, system, hourly - work - balloons - of_daemons - system)


def _kept(node: Node) -> tuple[int, int] | None:
    """The weight of all that the node has, and of what it keeps for itself; None where that is not known or nothing."""
    capacity, allocatable = node.capacity, node.allocatable
    whole = reserved = 0
    for name, weight in _WEIGHTS:
        has, offers = capacity.get(name), allocatable.get(name)
        if has is None or offers is None:
            if has is not offers or weight < _GPU:
                return None
            continue
        whole += weight * has
        reserved += weight * max(0, has - offers)
    return (whole, reserved) if whole else None
