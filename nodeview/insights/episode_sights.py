"""Episodes with what the views know of them: the pods that are left, and money, foreseen and saved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from nodeview.cluster import CAUSES, Cause, Episode, Episodes, Happening, telling
from nodeview.insights.contract import Moment
from nodeview.records import NodeName
from nodeview.views import NodeView, currency_sign, is_daemon, money

SLICE = 32
"""Episodes looked at between two yields."""
_CENTS = 95_000_000
"""From here on two decimals say enough."""
_PLANNED: tuple[Cause, ...] = ("empty", "underutilised", "scaled_down")
"""What is done to save; of all others, what it costs more or less is not why."""


class Saving(msgspec.Struct, frozen=True):
    """So much less an hour, in nano-units of the currency; below 0 it is so much more."""

    hourly: int
    currency: str = "USD"


class EpisodeSight(msgspec.Struct, frozen=True):
    """One episode at one moment."""

    story: Episode
    pods_left: int | None = None
    """On its nodes, without daemons; None where pods or one of the nodes are not known."""
    predicted: Saving | None = None
    """What Karpenter said, else what the prices said when what is made in their place was known."""
    realised: Saving | None = None
    """By the same prices, once it is over; None where one of them, or a target, is not known."""
    prices: Mapping[NodeName, Saving] = {}
    """What its nodes cost an hour when they were last seen; of a claim without a node, under its name."""

    @property
    def words(self) -> str:
        """Its line in the feed."""
        return telling(self.story, tuple(_more(self)))

    @property
    def why(self) -> str:
        """The cause, for a person."""
        return CAUSES[self.story.cause]


class EpisodeSights(msgspec.Struct, frozen=True, eq=False):
    """All episodes that are kept, the newest last, and the feed with what is known of them."""

    sights: tuple[EpisodeSight, ...] = ()
    feed: tuple[Happening, ...] = ()
    """The lines of the snapshot, those of episodes with pods and money."""
    told: Episodes = Episodes()
    heard: tuple[Happening, ...] = ()

    @property
    def running(self) -> tuple[EpisodeSight, ...]:
        """Those that are not over."""
        return tuple(one for one in self.sights if not one.story.over)


NO_SIGHTS = EpisodeSights()


def see_episodes(moment: Moment, before: EpisodeSights) -> Generator[None, None, EpisodeSights]:
    """Each episode with its pods and money, and the feed in which they are told so."""
    told, heard = moment.snapshot.episodes, moment.snapshot.feed
    sights = before.sights
    if told is not before.told or _is_touched(sights, moment):
        known = {one.story.number: one for one in sights}
        found: list[EpisodeSight] = []
        for count, story in enumerate(told.stories, start=1):
            found.append(_sight(story, known.get(story.number), moment))
            if count % SLICE == 0:
                yield
        sights = before.sights if tuple(found) == before.sights else tuple(found)
    if sights is before.sights and heard is before.heard:
        return before if told is before.told else replace(before, told=told)
    return EpisodeSights(sights, _decorated(heard, sights), told, heard)


def _is_touched(sights: Sequence[EpisodeSight], moment: Moment) -> bool:
    """Something differs on a node that goes, or was made for those that go."""
    if not moment.touched:
        return False
    running = [one.story for one in sights if not one.story.over or one.realised is None]
    return not moment.touched.isdisjoint([name for story in running for name in _names(story)])


def _names(story: Episode) -> list[NodeName]:
    made = [one.node for one in story.targets if one.node is not None]
    return [*[one.node for one in story.sources], *made]


def _sight(story: Episode, before: EpisodeSight | None, moment: Moment) -> EpisodeSight:
    if before is not None and before.realised is not None and before.story == story:
        return before
    nodes, priced = moment.view.nodes, moment.view.given.priced
    prices = dict(before.prices) if before is not None else {}
    if priced:
        prices.update({name: price for name in _names(story) if (price := _price(nodes.get(name))) is not None})
        awaited = moment.view.claims.rows
        for one in story.targets:
            if one.node not in nodes and (price := _price(awaited.get(f"nodeclaim/{one.claim}"))) is not None:
                prices[NodeName(one.claim)] = price
    saving = _saving(story, prices) if priced else None
    predicted = before.predicted if before is not None else None
    if priced and story.predicted is not None:
        predicted = Saving(story.predicted)
    elif predicted is None and story.going:
        predicted = saving
    realised = saving if story.over else None
    left = None if story.over else _pods_left(story, moment)
    now = EpisodeSight(story, left, predicted, realised, prices)
    return before if before == now else now


def _price(view: NodeView | None) -> Saving | None:
    if view is None or view.price.hourly is None:
        return None
    return Saving(view.price.hourly, view.price.currency)


def _saving(story: Episode, prices: Mapping[NodeName, Saving]) -> Saving | None:
    """What its nodes cost less what is made for them; None where one of these is not known, or nobody meant to save."""
    planned = story.cause in _PLANNED or bool(story.targets)
    if not planned or (story.target_unseen and not story.targets):
        return None
    sources = [prices.get(one.node) for one in story.sources]
    targets = [prices.get(one.node or NodeName("")) or prices.get(NodeName(one.claim)) for one in story.targets]
    sums = [one for one in (*sources, *targets) if one is not None]
    if not sources or len(sums) < len(sources) + len(targets) or len({one.currency for one in sums}) != 1:
        return None
    hourly = sum(one.hourly for one in sums[: len(sources)]) - sum(one.hourly for one in sums[len(sources) :])
    return Saving(hourly, sums[0].currency)


def _pods_left(story: Episode, moment: Moment) -> int | None:
    if moment.view.no_pods:
        return None
    left = 0
    for one in story.sources:
        if one.gone_heard is not None:
            continue
        view = moment.view.nodes.get(one.node)
        if view is None:
            return None
        left += sum(not is_daemon(pod) for pod in view.pods)
    return left


def _more(sight: EpisodeSight) -> Iterator[str]:
    if sight.pods_left or (sight.pods_left == 0 and sight.story.cause != "empty"):
        yield f"{sight.pods_left} pod{'' if sight.pods_left == 1 else 's'} left"
    if sight.realised is not None:
        foreseen = sight.predicted
        said = saving_words(sight.realised, past=True)
        differs = foreseen is not None and saving_words(foreseen) != saving_words(sight.realised)
        yield f"{said} (predicted {_amount(foreseen)})" if foreseen is not None and differs else said
    elif sight.predicted is not None and sight.story.sources:
        said = saving_words(sight.predicted)
        yield f"predicted: {said}" if sight.story.over else said


def saving_words(saving: Saving, *, past: bool = False) -> str:
    """`saves $0.13/h`, or `costs $0.021/h more`."""
    if not saving.hourly:
        return "at the same price"
    if saving.hourly < 0:
        return f"{'cost' if past else 'costs'} {_amount(saving)} more"
    return f"{'saved' if past else 'saves'} {_amount(saving)}"


def _amount(saving: Saving) -> str:
    sign = currency_sign(saving.currency)
    return f"{sign}{money(abs(saving.hourly), 2 if abs(saving.hourly) >= _CENTS else None)}/h"


def _decorated(heard: tuple[Happening, ...], sights: Sequence[EpisodeSight]) -> tuple[Happening, ...]:
    """The feed, in which an episode's line says all that is known of it."""
    lines = list(heard)
    for sight in sights:
        at = bisect_left(lines, sight.story.line, key=lambda one: one.line)
        if at < len(lines) and lines[at].line == sight.story.line:
            lines[at] = replace(lines[at], message=sight.words)
    return tuple(lines) if sights else heard
