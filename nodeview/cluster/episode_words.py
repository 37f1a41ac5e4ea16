"""An episode in words, as far as it has unfolded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nodeview.cluster.episode import Cause, Episode

NAMED = 3
"""So many nodes are named; the others are counted."""

_VERBS: Mapping[Cause, tuple[str, str]] = {
    "empty": ("consolidating", "consolidated"),
    "underutilised": ("consolidating", "consolidated"),
    "drifted": ("replacing", "replaced"),
    "expired": ("replacing", "replaced"),
    "interrupted": ("losing", "lost"),
    "scaled_down": ("scaling down", "scaled down"),
    "drained": ("draining", "drained"),
    "unknown": ("removing", "removed"),
}
CAUSES: Mapping[Cause, str] = {
    "empty": "empty",
    "underutilised": "underutilised",
    "drifted": "drifted",
    "expired": "expired",
    "interrupted": "interrupted",
    "scaled_down": "by the Cluster Autoscaler",
    "drained": "by hand",
    "unknown": "reason not said",
}
"""Why, for a person."""


def telling(story: Episode, more: Sequence[str] = ()) -> str:
    """Its line: how many are taken away, what for and why, then which.

    `more` is what others know of it. The names are long and come last: a line is cut at its end.
    """
    if not story.sources:
        count = story.called_off
        return f"called off: {count} node{' that was to go stays' if count == 1 else 's that were to go stay'}"
    return " · ".join([_what(story), *_remarks(story), *more, _names(story)])


def _what(story: Episode) -> str:
    verb = _VERBS[story.cause][story.over]
    arrow = f" → {len(story.targets)}" if _counts(story) else ""
    return f"{verb} {len(story.sources)}{arrow}{_after(story)}"


def _counts(story: Episode) -> bool:
    """Whether it can be said how many are made for them."""
    if story.targets:
        return True
    planned = story.author == "karpenter" and story.cause in ("empty", "underutilised", "drifted")
    return planned and story.going and not story.target_unseen


def _after(story: Episode) -> str:
    if not story.over:
        return ""
    took, watched = story.took_s, story.watched_s
    if took is not None and (watched is None or took <= watched):
        return f" in {took} s"
    return f" in about {watched} s" if watched is not None else ""


def _names(story: Episode) -> str:
    gone = _some([one.node or one.claim for one in story.sources])
    made = _some([one.node or one.claim for one in story.targets])
    return f"{gone} → {made}" if made else gone


def _some(names: list[str]) -> str:
    rest = len(names) - NAMED
    return f"{', '.join(names[:NAMED])} and {rest} more" if rest > 0 else ", ".join(names)


def _remarks(story: Episode) -> Iterator[str]:
    yield CAUSES[story.cause]
    gone = sum(one.gone_heard is not None for one in story.sources)
    if gone and not story.over:
        yield f"{gone} gone"
    if story.called_off:
        yield f"{story.called_off} called off"
    if story.target_unseen and not story.targets:
        yield "target not seen"
    if story.earlier and not story.over:
        yield "began before we watched"
