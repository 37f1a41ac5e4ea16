"""Episodes, folded from what nodes, claims, pods and Events say, in whatever order that is heard."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from nodeview.cluster.chronicle import Chronicle
from nodeview.cluster.episode import Cause, Episodes, Source
from nodeview.cluster.episode_book import EpisodeBook, near
from nodeview.cluster.episode_signs import Sign, Word, made_word, saving_said, sign_of, taken_word
from nodeview.cluster.episode_targets import FreshClaims
from nodeview.provisioners import capacity_type_of, karpenter_pool, ownership_of, traits_of
from nodeview.records import ClusterEvent, Node, NodeClaim, NodeName, ObjectKey, Pod, Record

REMEMBERED = 1000
PREDICTION_S = 600
"""A saving that was predicted so long before is another decision's."""
EVICTED = "EvictionByEvictionAPI"
STAY = ("DaemonSet", "Node")
"""Owners of pods that stay on a node that is drained."""

Kept = TypeVar("Kept")


class EpisodeFold:
    """Every episode by its number, and what was said of nodes that may come to be in one."""

    def __init__(self, chronicle: Chronicle, pods: Mapping[NodeName, Mapping[ObjectKey, Pod]]) -> None:
        """`pods` are those of each node as the store has them: whether one that is drained by hand is empty."""
        self._pods = pods
        self._nodes: dict[NodeName, Node] = {}
        self._claims: dict[str, NodeClaim] = {}
        self._claim_of: dict[NodeName, str] = {}
        self._waits: set[str] = set()
        """Pods for which somebody may make a node, by uid."""
        self._waited: OrderedDict[str, None] = OrderedDict()
        """Those, and others that did of late."""
        self._drained: set[NodeName] = set()
        self._words: OrderedDict[str, Word] = OrderedDict()
        """What Events said of a node's end, by the name of the node or the claim."""
        self._savings: OrderedDict[str, tuple[int, int | None]] = OrderedDict()
        self._fresh = FreshClaims()
        self._book = EpisodeBook(chronicle, self._fresh)

    def told(self) -> Episodes:
        """All of it; the same value until something differs."""
        return self._book.told()

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        """A row came, changed or went; before the first listing is complete (`live` False) it is no news."""
        row = after if after is not None else before
        if isinstance(row, Pod):
            self._pod(before, after, at, live=live)  # type: ignore[arg-type]
        elif isinstance(row, Node):
            self._node(before, after, at, live=live)  # type: ignore[arg-type]
        elif isinstance(row, NodeClaim):
            self._claim(before, after, at, live=live)  # type: ignore[arg-type]
        elif isinstance(row, ClusterEvent) and after is not None:
            self._event(row, at, news=before is None)

    # -- what is heard --------------------------------------------------------------------------

    def _pod(self, before: Pod | None, after: Pod | None, at: float, *, live: bool) -> None:
        if before is not None and before.node is None:
            self._waits.discard(before.uid)
        if after is not None and after.node is None:
            if after.waiting is not None and after.waiting.reason == "Unschedulable" and not after.gated:
                self._waits.add(after.uid)
                _keep(self._waited, after.uid, None)
        elif after is not None and live and after.disruption == EVICTED and after.node is not None:
            node = self._nodes.get(after.node)
            if node is not None and node.unschedulable and after.node not in self._drained:
                self._drained.add(after.node)
                self._look(after.node, at, live=True)
        if after is None and before is not None and before.node in self._drained:
            self._emptied(before.node, at)

    def _node(self, before: Node | None, after: Node | None, at: float, *, live: bool) -> None:
        if before is not None and (after is None or after.uid != before.uid):
            self._nodes.pop(before.name, None)
            self._drained.discard(before.name)
            self._gone(before.name, before.uid, at)
        if after is not None:
            self._nodes[after.name] = after
            if not after.unschedulable:
                self._drained.discard(after.name)
            self._look(after.name, at, live=live)

    def _claim(self, before: NodeClaim | None, after: NodeClaim | None, at: float, *, live: bool) -> None:
        if before is not None and (after is None or after.uid != before.uid):
            self._claims.pop(before.name, None)
            self._fresh.gone(before.name)
            if before.node is not None and self._claim_of.get(before.node) == before.name:
                del self._claim_of[before.node]
                if before.node not in self._nodes:
                    self._gone(before.node, "", at)
            before = None
        if after is None:
            return
        self._claims[after.name] = after
        if after.node is not None and (after.deleted is None or self._claim_at(after.node) is None):
            self._claim_of[after.node] = after.name
        if before is None and live:
            self._fresh.came(after, alone=not self._waits)
            self._book.seek()
        elif before is not None:
            self._book.renew_target(after)
        if after.node is not None:
            self._look(after.node, at, live=live)

    def _event(self, event: ClusterEvent, at: float, *, news: bool) -> None:
        about, name = event.about, event.about.name
        if about.kind == "Pod":
            if event.reason == "Nominated" and about.uid in self._waited:
                self._nominated(event)
        elif not name:
            return
        elif (made := made_word(event)) is not None:
            self._fresh.said(name, made)
            self._book.seek()
        elif (saves := saving_said(event)) is not None and about.kind == "Node":
            _keep(self._savings, name, (saves, event.at))
        elif (word := taken_word(event)) is not None:
            _keep(self._words, name, word)
            node = self._book.node_of(name) or self._node_of(name)
            if news and node is not None:
                self._look(node, at, live=True)
        elif event.reason == "Finalized" and (gone := self._book.node_of(name)) is not None:
            self._ended(gone, event.at)
        elif about.kind == "Node" and _is_end(event):
            self._ended(NodeName(name), event.at)

    def _nominated(self, event: ClusterEvent) -> None:
        """A claim that is made for a pod that waits is made in nobody's place."""
        for word in event.message.replace(",", " ").split():
            kind, _, name = word.partition("/")
            if kind in ("nodeclaim", "machine") and name:
                self._fresh.promised(name, event.began)
                self._book.seek()

    def _node_of(self, name: str) -> NodeName | None:
        claim = self._claims.get(name)
        if claim is not None:
            return claim.node
        node = NodeName(name)
        return node if node in self._nodes or self._book.source(node) is not None else None

    def _claim_at(self, name: NodeName) -> NodeClaim | None:
        """The claim that names this node; of two, one that is not being deleted."""
        return self._claims.get(self._claim_of.get(name, ""))

    # -- who goes -------------------------------------------------------------------------------

    def _look(self, name: NodeName, at: float, *, live: bool) -> None:
        """Is this node to go, and why, by all that is known of it now."""
        node, claim = self._nodes.get(name), self._claim_at(name)
        if node is not None and claim is not None and _contradict(node, claim):
            claim = None  # a dead node's name went to the next one
        sign = sign_of(node, claim)
        if sign is None and name in self._drained and node is not None:
            sign = Sign("drained", "other", node.cordoned_at)
        known = self._book.source(name)
        if known is not None and known.gone_heard is not None and node is not None and node.uid != known.uid:
            self._book.forget(name)
            known = None
        if sign is not None:
            if known is None:
                self._book.join(self._new(name, node, claim, sign, at), sign, at, live=live)
            self._renew(known or self._book.source(name), node, claim, sign, at)
        elif known is not None and known.gone_heard is None and node is not None:
            self._book.leave(name, stays=True)
        elif known is not None:
            self._put(known)

    def _new(self, name: NodeName, node: Node | None, claim: NodeClaim | None, sign: Sign, at: float) -> Source:
        bearer = node if node is not None else claim
        assert bearer is not None
        traits = traits_of(bearer)
        pool = ownership_of(node, claim=claim).pool if node is not None else karpenter_pool(bearer.labels)
        capacity = capacity_type_of(node, claim=claim) if node is not None else None
        uid, called = node.uid if node is not None else "", claim.name if claim is not None else ""
        one = Source(name, uid, called, pool, traits.instance_type, capacity, traits.zone, sign.cause, sign.at, at)
        return replace(one, cause=self._cause(one), going_at=_going(node, claim))

    def _renew(self, known: Source | None, node: Node | None, claim: NodeClaim | None, sign: Sign, at: float) -> None:
        if known is None:
            return
        if not known.uid and node is not None:  # its claim was heard before it
            told = self._new(known.node, node, claim, sign, at)
            known = replace(told, heard=known.heard, cause=known.cause, began=known.began)
        began = min((one for one in (known.began, sign.at) if one is not None), default=None)
        cause = sign.cause if sign.cause != "unknown" else known.cause
        going = known.going_at if known.going_at is not None else _going(node, claim)
        called = known.claim or (claim.name if claim is not None else "")
        now = replace(known, began=began, cause=cause, going_at=going, claim=called)
        now = replace(now, cause=self._cause(now))
        if now != known:
            self._book.renew(now, sign, at)
        self._put(now)

    def _put(self, one: Source) -> None:
        """This is what is known of the source now, with what Events say of it."""
        word, saving = self._words.get(one.node) or self._words.get(one.claim), self._savings.get(one.node)
        said = saving is not None and near(saving[1], one.began, PREDICTION_S)
        one = replace(one, cause=self._cause(one))
        self._book.put(
            one,
            predicted=saving[0] if saving is not None and said else None,
            replaced=bool(word is not None and word.replaces and near(word.at, one.began, PREDICTION_S)),
        )

    def _cause(self, one: Source) -> Cause:
        """What is said of it by Events, where nothing on it says why."""
        word = self._words.get(one.node) or self._words.get(one.claim)
        if one.cause != "unknown" or word is None or not near(word.at, one.began, PREDICTION_S):
            return one.cause
        return word.cause

    # -- how it ends ----------------------------------------------------------------------------

    def _gone(self, name: NodeName, uid: str, at: float) -> None:
        known = self._book.source(name)
        if known is not None and known.gone_heard is None and (uid == "" or known.uid in ("", uid)):
            self._put(replace(known, gone_heard=at))

    def _emptied(self, name: NodeName, at: float) -> None:
        known = self._book.source(name)
        if known is None or known.cause != "drained" or known.gone_heard is not None:
            return
        left = self._pods.get(name, {}).values()
        if all(pod.finished or pod.mirror or (pod.owner and pod.owner.kind in STAY) for pod in left):
            self._put(replace(known, gone_heard=at))

    def _ended(self, name: NodeName, at: int | None) -> None:
        known = self._book.source(name)
        if known is not None and known.gone_at is None:
            self._put(replace(known, gone_at=at))


def _contradict(node: Node, claim: NodeClaim) -> bool:
    return bool(node.provider_id and claim.provider_id) and node.provider_id != claim.provider_id


def _going(node: Node | None, claim: NodeClaim | None) -> int | None:
    ends = [one.deleted for one in (node, claim) if one is not None and one.deleted is not None]
    return min(ends) if ends else None


def _is_end(event: ClusterEvent) -> bool:
    """The words of the node controller, and of the Cluster Autoscaler, on a node that is gone.

    Karpenter's own `Finalized` tells of one among many, and mostly without a name.
    """
    removed = event.reason == "ScaleDown" and event.message.startswith("nodes removed")
    return removed or event.reason == "RemovingNode"


def _keep(known: OrderedDict[str, Kept], key: str, value: Kept) -> None:
    """The newest word on it; bounded."""
    known[key] = value
    known.move_to_end(key)
    if len(known) > REMEMBERED:
        known.popitem(last=False)
