"""Where the volumes of a pod let it run: those that are bound already hold it to the nodes that can mount them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from nodeview.records import Node, NodeTerm, ObjectKey, Pod, Requirement, Volume, VolumeClaim
from nodeview.scheduling.allowance import Allowance, refused
from nodeview.scheduling.reason import Reason
from nodeview.scheduling.requirements import first_unmet, in_words, meets_term

_ZONE = "topology.kubernetes.io/zone"
_ZONES = {
    _ZONE,
    "failure-domain.beta.kubernetes.io/zone",
    "topology.ebs.csi.aws.com/zone",
    "topology.gke.io/zone",
    "topology.disk.csi.azure.com/zone",
}
"""What drivers call the zone of a volume; a new node has the first of them, and with it all."""
_HOSTS = {"kubernetes.io/hostname", "metadata.name"}


class Mounts(NamedTuple):
    """The volumes that a pod mounts by claims."""

    bound: tuple[tuple[str, tuple[NodeTerm, ...]], ...] = ()
    """Each claim whose volume is not to be had everywhere, and the alternatives of nodes that can mount it."""
    unsettled: tuple[str, ...] = ()
    """Claims of which nothing follows yet, and why not."""


NO_MOUNTS = Mounts()


def mounts_of(pod: Pod, claims: Mapping[ObjectKey, VolumeClaim], volumes: Mapping[str, Volume]) -> Mounts:
    """What follows from the pod's claims, as far as they and their volumes are known."""
    if not pod.claims:
        return NO_MOUNTS
    bound: list[tuple[str, tuple[NodeTerm, ...]]] = []
    unsettled: list[str] = []
    for name in pod.claims:
        claim = claims.get(ObjectKey(pod.namespace, name))
        volume = volumes.get(claim.volume) if claim is not None and claim.volume else None
        if claim is None:
            unsettled.append(f"the volume of {name}, which is not known")
        elif not claim.volume:
            unsettled.append(f"the volume of {name}, which is not bound yet")
        elif volume is None:
            unsettled.append(f"the volume {claim.volume} of {name}, which is not known")
        elif volume.node_terms is not None:
            bound.append((name, volume.node_terms))
    return Mounts(tuple(bound), tuple(unsettled))


def against_mounts(mounts: Mounts, node: Node) -> Reason | None:
    """Why a volume that the pod mounts keeps it from this node; None where none does."""
    for claim, terms in mounts.bound:
        if not reaches(terms, node):
            unmet = " or ".join(dict.fromkeys(first_unmet(node, term) for term in terms)) or "nothing"
            return Reason("volume", f"{claim}: {unmet}")
    return None


def reaches(terms: tuple[NodeTerm, ...], node: Node) -> bool:
    """Whether a volume with these alternatives can be mounted on this node."""
    return any(meets_term(node, one) for one in terms)


def where_of(terms: tuple[NodeTerm, ...]) -> str:
    """Where such a volume lies: `in us-east-1a`, `on node-7`, `where rack in r1`."""
    asked = [one for term in terms for one in (*term.labels, *term.fields) if one.operator == "In"]
    for names, word in ((_ZONES, "in"), (_HOSTS, "on")):
        listed = dict.fromkeys(value for one in asked if one.key in names for value in one.values)
        if listed:
            return f"{word} {' or '.join(listed)}"
    said = dict.fromkeys(in_words(one) for term in terms for one in (*term.labels, *term.fields))
    return f"where {' or '.join(said)}" if said else "nowhere"


def mounts_against_pool(mounts: Mounts, given: Mapping[str, Allowance]) -> Reason | None:
    """The first volume that no node of a pool can mount; `given` is what the pool leaves open of labels."""
    for claim, terms in mounts.bound:
        if all(term.fields or refused(given, map(_as_of_nodes, term.labels)) is not None for term in terms):
            return Reason("volume", f"{claim}: {where_of(terms)}")
    return None


def _as_of_nodes(requirement: Requirement) -> Requirement:
    return replace(requirement, key=_ZONE) if requirement.key in _ZONES else requirement
