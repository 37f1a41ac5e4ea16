"""What a node is, as a price list sees it."""

from __future__ import annotations

from typing import Literal

import msgspec

from nodeview.pricing.offer import OperatingSystem, Tenancy

Purchase = Literal["on-demand", "spot", "reserved", "capacity-block", "fargate"]


class FargateSize(msgspec.Struct, frozen=True, gc=False):
    """What Fargate provisioned for its one pod, in nano-cores and nano-bytes."""

    cpu: int
    memory: int
    ephemeral_storage: int = 0
    """Nano-bytes; what exceeds 20 GiB is paid for."""
    said: bool = True
    """False where it was worked out from the pod's requests, since nothing says it yet."""


class Goods(msgspec.Struct, frozen=True, gc=False):
    """All that a node's price depends on. Nodes that are alike share one value, so that prices are worked out once."""

    provider: str
    """The scheme of the provider id: `aws`, `azure`, `gce`, `eks-hybrid`, `kwok`; empty where there is none."""
    region: str | None
    """Of the node's own labels, never of our environment."""
    zone: str | None
    zone_id: str | None
    instance_type: str | None
    os: OperatingSystem
    tenancy: Tenancy
    purchase: Purchase
    purchase_said: bool
    """False where nothing says how it was bought, and on-demand is taken for granted."""
    auto_mode: bool = False
    """EKS Auto Mode, which costs a fee beside the machine."""
    hybrid: bool = False
    outpost: bool = False
    fargate: FargateSize | None = None
    arch: str = "amd64"
    labels: tuple[tuple[str, str], ...] = ()
    """Those that the book's overlays and rules ask for (`PriceBook.asked_labels`), sorted."""
