"""Who brought each node, how its capacity was bought, where it stands in its life."""

from __future__ import annotations

from nodeview.provisioners.badges import Badge, badges_change_at, badges_of
from nodeview.provisioners.capacity_type import CustomCapacity, capacity_type_of
from nodeview.provisioners.claims import ClaimIndex
from nodeview.provisioners.contract import CapacityType, Ownership, ProvisionerName
from nodeview.provisioners.eks import FARGATE_PROFILE
from nodeview.provisioners.expiry import consolidatable_since, expires_at
from nodeview.provisioners.karpenter import karpenter_pool
from nodeview.provisioners.ownership import ownership_of, ownership_of_claim, ownership_of_pool
from nodeview.provisioners.phase import Phase, Standing, phase_of, phase_of_claim
from nodeview.provisioners.traits import Traits, traits_of

__all__ = [
    "FARGATE_PROFILE",
    "Badge",
    "CapacityType",
    "ClaimIndex",
    "CustomCapacity",
    "Ownership",
    "Phase",
    "ProvisionerName",
    "Standing",
    "Traits",
    "badges_change_at",
    "badges_of",
    "capacity_type_of",
    "consolidatable_since",
    "expires_at",
    "karpenter_pool",
    "ownership_of",
    "ownership_of_claim",
    "ownership_of_pool",
    "phase_of",
    "phase_of_claim",
    "traits_of",
]
