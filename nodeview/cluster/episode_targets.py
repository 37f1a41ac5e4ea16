"""Which NodeClaims were made in place of others: by what is said of them, else where there was no other reason."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from nodeview.cluster.episode import Episode, Target
from nodeview.cluster.episode_signs import Word
from nodeview.provisioners import karpenter_pool, traits_of
from nodeview.records import NodeClaim

REMEMBERED = 500
APART_S = 120
"""A claim is launched so soon after the choice that it replaces."""
AT_ONCE_S = 5
_FIRST = ("underutilised", "drifted", "empty", "unknown")
"""Of these the new one is made before the old one begins to end."""


class Fresh:
    """A claim that was made while we watched."""

    __slots__ = ("alone", "claim", "promised_at", "taken_by", "word")

    def __init__(self, claim: NodeClaim | None, alone: bool) -> None:
        """`alone`: no pod waited for a node when it came."""
        self.claim = claim
        self.alone = alone
        self.promised_at: int | None = None
        """When it was first promised to a pod that waited."""
        self.word: Word | None = None
        self.taken_by: int | None = None


class FreshClaims:
    """The claims of late, by name; bounded, the oldest are forgotten first."""

    def __init__(self) -> None:
        self._fresh: OrderedDict[str, Fresh] = OrderedDict()

    def came(self, claim: NodeClaim, *, alone: bool) -> None:
        """A claim was made."""
        known = self._at(claim.name)
        known.claim, known.alone = claim, alone and known.alone

    def changed(self, claim: NodeClaim) -> int | None:
        """A claim is told of again; gives the number of the episode that it is a target of."""
        known = self._fresh.get(claim.name)
        if known is None or known.claim is None:
            return None
        known.claim = claim
        return known.taken_by

    def said(self, name: str, word: Word) -> None:
        """An Event says that it was made in place of others."""
        self._at(name).word = word

    def promised(self, name: str, at: int | None) -> None:
        """A pod that waited was told that it would run there."""
        known = self._at(name)
        if at is not None and (known.promised_at is None or at < known.promised_at):
            known.promised_at = at

    def gone(self, name: str) -> None:
        """It is there no more; a target that it was it remains."""
        self._fresh.pop(name, None)

    def sought(self, story: Episode) -> tuple[tuple[Target, ...], bool]:
        """The story's targets as far as they can be told now, and whether there may be others."""
        targets = {one.claim: one for one in story.targets}
        unsure = False
        for name, fresh in self._fresh.items():
            claim = fresh.claim
            if _is_for_others(fresh):
                targets.pop(name, None)
                continue
            if claim is None or fresh.taken_by not in (None, story.number) or not _in_time(claim, story):
                continue
            said = fresh.word is not None and fresh.word.cause in (story.cause, "unknown")
            guessed = fresh.word is None and fresh.alone and len(targets) < len(story.sources)
            if said or guessed or name in targets:
                fresh.taken_by = story.number
                targets[name] = target_of(claim, said=said)
            elif fresh.word is None and story.cause != "empty":
                unsure = True
        return tuple(targets.values()), unsure

    def _at(self, name: str) -> Fresh:
        fresh = self._fresh.get(name)
        if fresh is None:
            fresh = self._fresh[name] = Fresh(None, alone=True)
            if len(self._fresh) > REMEMBERED:
                self._fresh.popitem(last=False)
        return fresh


def target_of(claim: NodeClaim, *, said: bool) -> Target:
    """A claim as a target."""
    traits = traits_of(claim)
    capacity = claim.labels.get("karpenter.sh/capacity-type")
    wished = {one.key: one.values[0] for one in claim.requirements if one.operator == "In" and len(one.values) == 1}
    return Target(
        claim=claim.name,
        node=claim.node,
        created=claim.created,
        pool=karpenter_pool(claim.labels),
        instance_type=traits.instance_type or wished.get("node.kubernetes.io/instance-type"),
        capacity_type=capacity or wished.get("karpenter.sh/capacity-type"),
        zone=traits.zone or wished.get("topology.kubernetes.io/zone"),
        said=said,
    )


def _is_for_others(fresh: Fresh) -> bool:
    """Whether it was made for a pod that waited: it was promised to it at once, and not when it stood there."""
    if fresh.word is not None or fresh.claim is None or fresh.promised_at is None:
        return False
    return fresh.promised_at <= fresh.claim.created + AT_ONCE_S


def _in_time(claim: NodeClaim, story: Episode) -> bool:
    """Made after the choice, and before the end of the last where the new one goes first; else before all are gone."""
    began = story.began
    if began is None or story.author != "karpenter" or karpenter_pool(claim.labels) not in story.pools:
        return False
    if any(claim.name == one.claim for one in story.sources) or not began - 2 <= claim.created <= began + APART_S:
        return False
    first = story.cause in _FIRST
    ends = [one.going_at if first else one.gone_at for one in story.sources]
    return all(one is None or claim.created <= one for one in _latest(ends))


def _latest(ends: Iterable[int | None]) -> list[int | None]:
    """The last of them, once all are known."""
    some = list(ends)
    return [max(one for one in some if one is not None)] if all(one is not None for one in some) else []
