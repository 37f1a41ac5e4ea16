"""What kind of machine a node is and where it stands, as its labels say."""

from __future__ import annotations

import msgspec

from nodeview.records import Node, NodeClaim


class Traits(msgspec.Struct, frozen=True, gc=False):
    """A machine's kind and place; None is what nobody said."""

    instance_type: str | None
    region: str | None
    zone: str | None
    zone_id: str | None
    arch: str | None
    os: str | None
    image: str | None
    """The machine image, where a label names it (AMI id, AKS image version); `Node.os_image` is another thing."""


def traits_of(bearer: Node | NodeClaim) -> Traits:
    """The traits of a node, or of a NodeClaim without one; beta labels count where the stable ones are absent."""
    get = bearer.labels.get
    arch = get("kubernetes.io/arch") or get("beta.kubernetes.io/arch")
    os = get("kubernetes.io/os") or get("beta.kubernetes.io/os")
    if isinstance(bearer, Node):
        arch = arch or bearer.architecture
        os = os or bearer.operating_system
    return Traits(
        get("node.kubernetes.io/instance-type") or get("beta.kubernetes.io/instance-type") or None,
        get("topology.kubernetes.io/region") or get("failure-domain.beta.kubernetes.io/region") or None,
        get("topology.kubernetes.io/zone") or get("failure-domain.beta.kubernetes.io/zone") or None,
        get("topology.k8s.aws/zone-id") or None,
        arch or None,
        os or None,
        get("eks.amazonaws.com/nodegroup-image")
        or get("karpenter.k8s.aws/instance-ami-id")
        or get("kubernetes.azure.com/node-image-version")
        or None,
    )
