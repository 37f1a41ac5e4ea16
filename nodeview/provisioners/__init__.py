"""Who brought each node, how its capacity was bought, where it stands in its life."""

from __future__ import annotations

from nodeview.provisioners.autoscaler_groups import pools_of_groups
from nodeview.provisioners.badge_words import BadgeWords, behind_words, drift_of, minors_behind, tell_badges
from nodeview.provisioners.badges import Badge, badges_change_at, badges_of, is_behind
from nodeview.provisioners.capacity_type import CustomCapacity, capacity_type_of
from nodeview.provisioners.claim_phase import ClaimStanding, leaves_unseen_until, phase_of_claim, standing_of_claim
from nodeview.provisioners.claims import ClaimIndex
from nodeview.provisioners.contract import CapacityType, Ownership, ProvisionerName
from nodeview.provisioners.eks import FARGATE_PROFILE
from nodeview.provisioners.expiry import consolidatable_since, expires_at, forced_at
from nodeview.provisioners.interruption import INTERRUPTIONS, Interruption, interruption_of
from nodeview.provisioners.karpenter import karpenter_pool
from nodeview.provisioners.name_groups import NamePatterns, gathered, name_pattern, pool_names
from nodeview.provisioners.ownership import ownership_of, ownership_of_claim, ownership_of_pool
from nodeview.provisioners.phase import Phase, Standing, phase_of
from nodeview.provisioners.traits import Traits, traits_of

__all__ = [
    "FARGATE_PROFILE",
    "INTERRUPTIONS",
    "Badge",
    "BadgeWords",
    "CapacityType",
    "ClaimIndex",
    "ClaimStanding",
    "CustomCapacity",
    "Interruption",
    "NamePatterns",
    "Ownership",
    "Phase",
    "ProvisionerName",
    "Standing",
    "Traits",
    "badges_change_at",
    "badges_of",
    "behind_words",
    "capacity_type_of",
    "consolidatable_since",
    "drift_of",
    "expires_at",
    "forced_at",
    "gathered",
    "interruption_of",
    "is_behind",
    "karpenter_pool",
    "leaves_unseen_until",
    "minors_behind",
    "name_pattern",
    "ownership_of",
    "ownership_of_claim",
    "ownership_of_pool",
    "phase_of",
    "phase_of_claim",
    "pool_names",
    "pools_of_groups",
    "standing_of_claim",
    "tell_badges",
    "traits_of",
]
