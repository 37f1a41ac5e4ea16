"""Pods that wait, gathered by whose they are and by what keeps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from functools import lru_cache

import msgspec

from nodeview.insights.hints import NO_HINT, Hint
from nodeview.insights.outlook import NO_OUTLOOKS, Outlook, Outlooks
from nodeview.insights.outlook_words import with_details
from nodeview.records import Amounts, NodeName, ObjectKey, OwnerRef, Pod
from nodeview.views import (
    FitError,
    FitWords,
    PendingView,
    WaitKind,
    parse_fit_error,
    printable,
    short_name,
    shorten_end,
    words_of_fit,
)

LONGEST_WORDS = 500
"""Columns of a text that nobody knows."""

_STARTING: Mapping[str, str] = {
    "": "its node has not begun with it yet",
    "ContainerCreating": "its image is pulled, its volumes and network are set up",
    "PodInitializing": "its init containers run",
    "ErrImagePull": "its image cannot be pulled",
    "ImagePullBackOff": "its image cannot be pulled",
    "InvalidImageName": "the name of its image is none",
    "CreateContainerConfigError": "a ConfigMap or Secret that it needs is not there",
    "CrashLoopBackOff": "a container of it ends again and again",
}
"""What a pod that has a node waits for, by the reason that is said of it."""

GroupKey = tuple[str, str, str, WaitKind, tuple[str, ...], int]
"""Namespace, owner's kind and name, kind of waiting, cause without counts, shape."""


class Member(msgspec.Struct, frozen=True, eq=False):
    """A pod of a group: as it is shown, and as it was said."""

    view: PendingView
    pod: Pod
    balloon: bool
    hint: Hint = NO_HINT
    """What an autoscaler said of it last."""


class PendingGroup(msgspec.Struct, frozen=True, eq=False):
    """Pods of one owner and one shape that wait for the same. Never empty."""

    key: str
    """Names it for as long as it lives."""
    namespace: str
    owner: OwnerRef | None
    kind: WaitKind
    balloon: bool
    """They are balloons: what waits is room to keep, nothing that works."""
    members: Mapping[ObjectKey, Member]
    created: int
    """The oldest pod's creation, epoch seconds."""
    requests: Amounts
    reason: str | None
    """What is said of most of its pods, in the cluster's own words."""
    words: FitWords
    """The same in a person's."""
    places: tuple[NodeName, ...]
    """Nodes that its pods are nominated to, or start on."""
    outlook: Outlook | None = None
    """What we worked out ourselves; None before that, and for pods that need no node."""

    @property
    def name(self) -> str:
        """Its owner's name, or that of its only pod."""
        if self.owner is not None:
            return self.owner.name
        return next(iter(self.members)).name if len(self.members) == 1 else "pods without a controller"

    @property
    def pods(self) -> list[PendingView]:
        """The oldest first."""
        return sorted((one.view for one in self.members.values()), key=lambda view: (view.created, view.key))


class Pending(msgspec.Struct, frozen=True, eq=False):
    """All groups, and what the next moment is derived from."""

    groups: tuple[PendingGroup, ...]
    """The oldest first."""
    by_key: Mapping[GroupKey, PendingGroup]
    placed: Mapping[ObjectKey, GroupKey]
    """Each pod's group."""
    starting: Mapping[NodeName, tuple[ObjectKey, ...]]
    """Pods that start, by node."""
    outlooks: Outlooks = NO_OUTLOOKS

    @property
    def next_moment(self) -> float | None:
        """When the next outlook is due, epoch seconds."""
        return self.outlooks.next_moment


NO_GROUPS = Pending((), {}, {}, {})


def key_of(view: PendingView, pod: Pod, hint: Hint = NO_HINT) -> GroupKey:
    """The group a pod belongs to; one that an autoscaler means for a node is nominated, too."""
    owner = view.owner
    waits: WaitKind = "nominated" if hint.place and view.kind == "unschedulable" else view.kind
    cause = _cause(waits, view.reason or "")
    kind, name = (owner.kind, owner.name) if owner else ("", "")
    return view.key.namespace, kind, name, waits, cause, id(pod.shape)


@lru_cache(maxsize=8192)
def fit_error_of(reason: str) -> FitError | None:
    """The sentence taken apart; pods of one owner say the same, and are tried again and again."""
    return parse_fit_error(reason)


def _cause(kind: WaitKind, reason: str) -> tuple[str, ...]:
    if kind in ("starting", "waiting"):
        return (reason,)
    if kind != "unschedulable":
        return ()
    fit = fit_error_of(reason)
    if fit is None:
        return (reason,)
    # Counts change with every node that comes; what is lacking stays.
    lacks = {one.detail for one in fit.causes if one.kind == "resource"}
    others = {f"{one.kind} {one.detail}" for one in fit.causes}
    return (*sorted(lacks or others), fit.whole)


def group_of(key: GroupKey, members: Mapping[ObjectKey, Member], outlook: Outlook | None) -> PendingGroup:
    """What these pods amount to together."""
    some = next(iter(members.values()))
    reasons = Counter(one.view.reason for one in members.values())
    reason = reasons.most_common(1)[0][0]
    places = {one.view.node or one.view.nominated or one.hint.place for one in members.values()}
    return PendingGroup(
        key="\0".join((*key[:4], *key[4], str(key[5]))),
        namespace=some.view.key.namespace,
        owner=some.view.owner,
        kind=key[3],
        balloon=some.balloon,
        members=members,
        created=min(one.view.created for one in members.values()),
        requests=some.view.requests,
        reason=reason,
        words=_words(key[3], some, reason or "", {place for place in places if place}, outlook),
        places=tuple(sorted(NodeName(place) for place in places if place)),
        outlook=outlook,
    )


def _words(kind: WaitKind, some: Member, reason: str, places: Collection[str], outlook: Outlook | None) -> FitWords:
    if kind == "gated":
        return FitWords(("held by its scheduling gates",))
    if kind == "starting":
        return FitWords((_STARTING.get(reason, printable(reason)),))
    fit = fit_error_of(reason) if reason else None
    said: tuple[str, ...] = (shorten_end(printable(reason), LONGEST_WORDS),) if reason else ()
    if fit is not None:
        said = words_of_fit(with_details(fit, outlook), some.view.requests).phrases
    if kind == "nominated":
        where = printable(short_name(next(iter(places)))) if len(places) == 1 else f"{len(places)} nodes"
        mean = "Karpenter means it for" if some.view.nominated is None else "a place is kept on"
        return FitWords((f"{mean} {where}", *said))
    if kind == "waiting" and not said:
        return FitWords(("not tried yet",))
    hints = (some.hint.words,) if some.hint.words and not some.hint.place else ()
    return FitWords((*said, *hints) if said else ("the scheduler has not said why yet", *hints))
