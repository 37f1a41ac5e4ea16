"""The episodes that are kept: which node goes with which, what is made for them, and their lines in the feed."""

from __future__ import annotations

from collections import OrderedDict

from msgspec.structs import replace

from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.episode import NO_EPISODES, Episode, Episodes, Source
from nodeview.cluster.episode_signs import Sign
from nodeview.cluster.episode_targets import FreshClaims, target_of
from nodeview.cluster.episode_words import telling
from nodeview.records import NodeClaim, NodeName

KEPT = 200
TOGETHER_S = 2
"""Karpenter marks the nodes of one decision within a moment."""
NEAR_S = 60
"""Others take their nodes one after the other."""


class EpisodeBook:
    """Every episode by its number; bounded, those that are over are forgotten first."""

    def __init__(self, chronicle: Chronicle, fresh: FreshClaims) -> None:
        """`fresh` are the claims that may be made in somebody's place."""
        self._chronicle = chronicle
        self._fresh = fresh
        self._stories: OrderedDict[int, Episode] = OrderedDict()
        self._place: dict[NodeName, int] = {}
        self._by_claim: dict[str, NodeName] = {}
        self._replaced: set[int] = set()
        """Episodes of which it was said that something is made in their place."""
        self._count = 0
        self._told: Episodes | None = NO_EPISODES

    def told(self) -> Episodes:
        """All of it; the same value until something differs."""
        if self._told is None:
            self._told = Episodes(tuple(one for one in self._stories.values() if one.sources))
        return self._told

    def source(self, name: NodeName) -> Source | None:
        """The node of this name, as one that goes or went."""
        story = self._stories.get(self._place.get(name, 0))
        return next((one for one in story.sources if one.node == name), None) if story is not None else None

    def node_of(self, claim: str) -> NodeName | None:
        """The node of a claim of this name that goes or went."""
        return self._by_claim.get(claim)

    def join(self, one: Source, sign: Sign, at: float, *, live: bool) -> None:
        """A node is to go: with those that one decision may have chosen together with it, or alone."""
        for number in reversed(self._stories):
            story = self._stories[number]
            if story.sources and not story.over and _goes_with(one, sign, story):
                self._place[one.node] = number
                self.put(one)
                return
        self._open(one, sign, at, live=live)

    def renew(self, now: Source, sign: Sign, at: float) -> None:
        """More is known of one that goes; where it turns out to go for another reason, it goes with others."""
        story = self._stories[self._place[now.node]]
        others = [one for one in story.sources if one.node != now.node]
        if any("unknown" not in (one.cause, now.cause) and one.cause != now.cause for one in others):
            self.leave(now.node)
            self.join(now, sign, at, live=not story.earlier)
        else:
            self.put(now)

    def put(self, one: Source, *, predicted: int | None = None, replaced: bool = False) -> None:
        """This is what is known of the source now, what it was said to save, and that another comes in its place."""
        number = self._place[one.node]
        story = self._stories[number]
        if one.claim:
            self._by_claim[one.claim] = one.node
        if replaced:
            self._replaced.add(number)
        others = {each.node: each for each in story.sources} | {one.node: one}
        if predicted is not None and story.author == "karpenter":
            story = replace(story, predicted=max(predicted, story.predicted or 0))
        self._tell(self._sought(replace(story, sources=tuple(others.values()))))

    def leave(self, name: NodeName, *, stays: bool = False) -> None:
        """It goes with these no more; or `stays`: it was to go, and does not."""
        story = self._stories[self._place.pop(name)]
        sources = tuple(one for one in story.sources if one.node != name)
        self._tell(replace(story, sources=sources, called_off=story.called_off + stays))

    def forget(self, name: NodeName) -> None:
        """Another node has this name now."""
        self._place.pop(name, None)

    def seek(self) -> None:
        """A claim came, or something was said of one: whose is it?"""
        for story in reversed(list(self._stories.values())):
            if story.sources and not story.over and story.author == "karpenter":
                self._tell(self._sought(story))

    def renew_target(self, claim: NodeClaim) -> None:
        """A claim changed; it may be a target."""
        story = self._stories.get(self._fresh.changed(claim) or 0)
        if story is not None:
            known = [target_of(claim, said=one.said) if one.claim == claim.name else one for one in story.targets]
            self._tell(replace(story, targets=tuple(known)))

    def _sought(self, story: Episode) -> Episode:
        if story.author != "karpenter" or (story.over and story.targets):
            return story
        targets, unsure = self._fresh.sought(story)
        expected = story.number in self._replaced or (story.earlier and story.cause != "empty")
        return replace(story, targets=targets, target_unseen=unsure or expected)

    def _open(self, one: Source, sign: Sign, at: float, *, live: bool) -> None:
        self._count += 1
        story = Episode(self._count, 0, at, sign.author, (one,), earlier=not live)
        subject = next(iter(story.pools), "nodes")
        line = self._chronicle.tell(at, "episode", subject, telling(story), node=one.node)
        self._stories[self._count] = replace(story, line=line)
        self._place[one.node] = self._count
        self._told = None
        self.put(one)
        if len(self._stories) > KEPT:
            self._forget_one()

    def _forget_one(self) -> None:
        stories = self._stories
        number = next((one for one, story in stories.items() if story.over), next(iter(stories)))
        self._replaced.discard(number)
        for one in stories.pop(number).sources:
            if self._place.get(one.node) == number:
                del self._place[one.node]
                self._by_claim.pop(one.claim, None)

    def _tell(self, story: Episode) -> None:
        if self._stories.get(story.number) != story:
            self._stories[story.number] = story
            self._told = None
            self._chronicle.retell(story.line, telling(story))


def near(one: int | None, other: int | None, seconds: float, heard_apart: float = 0.0) -> bool:
    """Whether two moments are no further apart; where one is not known, by when they were heard."""
    apart = heard_apart if one is None or other is None else one - other
    return abs(apart) <= seconds


def _goes_with(one: Source, sign: Sign, story: Episode) -> bool:
    """Whether one decision may have chosen it together with these."""
    if sign.author != story.author or ("unknown" not in (one.cause, story.cause) and one.cause != story.cause):
        return False
    together = TOGETHER_S if sign.author == "karpenter" else NEAR_S
    any_pool = sign.author == "karpenter" and story.cause in ("underutilised", "empty")
    if not any_pool and one.pool not in story.pools and (one.pool or story.pools):
        return False
    return any(near(one.began, each.began, together, one.heard - each.heard) for each in story.sources)
