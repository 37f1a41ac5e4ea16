"""NodeClaims that have no node yet, as rows among the nodes: the same columns say what is known of them."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping

import msgspec

from nodeview.cluster import Failures, Snapshot
from nodeview.pricing import Price, PriceBook
from nodeview.provisioners import (
    ClaimIndex,
    ClaimStanding,
    capacity_type_of,
    consolidatable_since,
    gathered,
    leaves_unseen_until,
    ownership_of_claim,
    standing_of_claim,
    traits_of,
)
from nodeview.records import Node, NodeClaim, NodeName
from nodeview.views.goods import goods_of
from nodeview.views.node import NOT_ASKED, Assumptions, NodeView

SLICE = 32
"""Claims derived between two yields."""
UNSEEN_S = 60.0
"""Seconds for which the end of a claim whose node has gone is no news."""
NO_NODE = "its node is not there yet"
_TYPE = "node.kubernetes.io/instance-type"
_STREAM = "nodeclaims.karpenter.sh"
_OF_LAUNCH = ("InsufficientCapacityError", "NodeClassNotReady", "ProviderNotReady")


class ClaimView(NodeView, frozen=True, eq=False, kw_only=True):
    """A claim in the shape of the rows among which it stands. No sum counts it, and it holds no pods."""

    source: NodeClaim
    fate: ClaimStanding
    failures: Failures | None
    """Claims of its pool that went away without a node before it."""


class Claims(msgspec.Struct, frozen=True, eq=False):
    """The claims without a node of one moment."""

    rows: Mapping[str, ClaimView] = {}
    """By `row_key`, in the order in which they were made."""
    next_moment: float | None = None
    """When time alone makes another of them a row, epoch seconds."""
    settled: bool = False
    """The nodes were known."""
    missing: str = ""
    """Why claims are not known, for a person; empty where they are, or nobody misses them."""
    heard: str = ""
    """How it stands with their stream."""
    book: PriceBook | None = None

    def __len__(self) -> int:
        return len(self.rows)


NO_CLAIMS = Claims()


def row_key(view: NodeView) -> str:
    """What names a row of the node table for as long as it lives: no node's name has a slash."""
    return f"nodeclaim/{view.name}" if isinstance(view, ClaimView) else view.name


def view_claims(
    snapshot: Snapshot,
    nodes: Mapping[NodeName, NodeView],
    given: Assumptions,
    book: PriceBook,
    old: Claims,
    now: float,
    *,
    moved: bool,
) -> Generator[None, None, Claims]:
    """The claims that none of these nodes fulfils; `moved` says that a node came or went. Yields often.

    The very same value comes back where nothing of them differs.
    """
    settled = any(one.resource == "nodes" and one.synced_once for one in snapshot.streams)
    heard = _heard(snapshot)
    missing = _missing(heard, nodes) if moved or heard != old.heard else old.missing
    again = moved or snapshot.touched.claims or settled != old.settled or book is not old.book
    again = again or missing != old.missing or (old.next_moment is not None and now >= old.next_moment)
    if not again and not (old.rows and snapshot.touched.events):
        return old
    rows: dict[str, ClaimView] = {}
    moments: list[float] = []
    awaited = _awaited(snapshot.claims, nodes, given, settled=settled)
    for count, (claim, elsewhere) in enumerate(awaited):
        unseen = leaves_unseen_until(claim, UNSEEN_S)
        if unseen is not None and now < unseen:
            moments.append(unseen)
            continue
        view = _view_claim(claim, elsewhere, snapshot, given, book)
        key = row_key(view)
        before = old.rows.get(key)
        rows[key] = before if before is not None and _same(before, view) else view
        if count % SLICE == SLICE - 1:
            yield
    now_said = Claims(rows, min(moments, default=None), settled, missing, heard, book)
    return old if _says_the_same(old, now_said) else now_said


def _says_the_same(old: Claims, new: Claims) -> bool:
    rows = list(old.rows) == list(new.rows) and all(view is old.rows[key] for key, view in new.rows.items())
    others = (old.next_moment, old.settled, old.missing, old.heard) == (
        new.next_moment,
        new.settled,
        new.missing,
        new.heard,
    )
    return rows and others and old.book is new.book


def _awaited(
    claims: ClaimIndex, nodes: Mapping[NodeName, NodeView], given: Assumptions, *, settled: bool
) -> list[tuple[NodeClaim, str]]:
    """The claims without a node, oldest first, and why a node that they name is not theirs.

    While nodes are not known, or some are left out, a claim that was registered may well have one.
    """
    rest = []
    for claim in claims:
        node = nodes.get(claim.node) if claim.node is not None else None
        if node is None or node.claim is not claim:
            rest.append(claim)
    if not rest:
        return []
    if not settled or given.node_selector:
        rest = [claim for claim in rest if not claim.node]
    if given.node_selector:
        rest = _selected(rest, given.node_selector)
    met: Collection[str] = ()
    if any(claim.provider_id for claim in rest):
        met = {view.claim.uid for view in nodes.values() if view.claim is not None}
    awaited = [(claim, _elsewhere(claim, claims, nodes)) for claim in rest if claim.uid not in met]
    awaited.sort(key=lambda one: (one[0].created, one[0].name))
    return awaited


def _selected(claims: Iterable[NodeClaim], selector: str) -> list[NodeClaim]:
    from nodeview.views.label_selector import parse_selector  # few people have one

    try:
        selects = parse_selector(selector)
    except ValueError:
        return []  # the server may know more of selectors than we do
    return [claim for claim in claims if selects(_labels(claim))]


def _elsewhere(claim: NodeClaim, claims: ClaimIndex, nodes: Mapping[NodeName, NodeView]) -> str:
    rival = claims.rival(claim)
    if rival is not None:
        same = claim.provider_id and rival.provider_id == claim.provider_id
        return f"NodeClaim {rival.name} {'has the same instance' if same else f'names its node {claim.node} as well'}"
    if claim.node is not None and claim.node in nodes:
        return f"the node {claim.node} is another machine now"
    return ""


def _view_claim(claim: NodeClaim, elsewhere: str, snapshot: Snapshot, given: Assumptions, book: PriceBook) -> ClaimView:
    said = [one for one in snapshot.events.about(claim.uid) if one.reason in _OF_LAUNCH]
    fate = standing_of_claim(claim, elsewhere=elsewhere, event=said[-1].message if said else "")
    node = _as_node(claim)
    whose = gathered(ownership_of_claim(claim), claim.name, given.name_groups)
    capacity_type = capacity_type_of(node, custom=given.capacity_types)
    traits = traits_of(node)
    goods = goods_of(node, traits, whose, capacity_type, (), book.asked_labels) if given.priced else None
    price = NOT_ASKED if goods is None else book.price_of(node, goods)
    if traits.instance_type is None and price.hourly is None and goods is not None:
        price = Price(None, price.currency, reason=_undecided(claim))
    return ClaimView(
        record=node,
        claim=claim,
        standing=fate.standing,
        badges=(),
        ownership=whose,
        capacity_type=capacity_type,
        traits=traits,
        expires_at=None if claim.expire_after is None else float(claim.created + claim.expire_after),
        consolidatable_since=consolidatable_since(claim),
        pods=(),
        counts=None,
        namespaces=frozenset(),
        requested={},
        balloon={},
        daemons={},
        unknown={"pods": NO_NODE},
        goods=goods,
        price=price,
        split=None,
        empty=False,
        next_moment=None,
        resources=given.resources,
        figures=(),
        source=claim,
        fate=fate,
        failures=snapshot.arrivals.failures.get(ownership_of_claim(claim).pool or claim.name),
    )


def _as_node(claim: NodeClaim) -> Node:
    """What its node will be, as far as it is known."""
    return Node(
        name=NodeName(claim.name),
        uid=claim.uid,
        created=claim.created,
        deleted=claim.deleted,
        labels=_labels(claim),
        annotations=claim.annotations,
        provider_id=claim.provider_id,
        unschedulable=False,
        taints=(*claim.taints, *claim.startup_taints),
        conditions=tuple(one for one in claim.conditions if one.type != "Ready"),  # a node's means another thing
        owners=(),
        finalizers=claim.finalizers,
        capacity=claim.allocatable,
        allocatable=claim.allocatable,
        unreadable=claim.unreadable,
        kubelet_version="",
        os_image="",
        kernel="",
        container_runtime="",
        architecture="",
        operating_system="",
    )


def _labels(claim: NodeClaim) -> Mapping[str, str]:
    """Its own, and those whose value is settled by its requirements."""
    settled = {one.key: one.values[0] for one in claim.requirements if one.operator == "In" and len(one.values) == 1}
    return {**settled, **claim.labels} if settled else claim.labels


def _undecided(claim: NodeClaim) -> str:
    types = next((one.values for one in claim.requirements if one.key == _TYPE and one.operator == "In"), ())
    return f"one of {len(types)} instance types, not chosen yet" if types else "its instance type is not chosen yet"


def _same(before: ClaimView, now: ClaimView) -> bool:
    same = before.source is now.source and before.fate == now.fate and before.failures == now.failures
    return same and before.price == now.price and before.ownership == now.ownership


def _heard(snapshot: Snapshot) -> str:
    stream = next((one for one in snapshot.streams if one.resource == _STREAM), None)
    return "synced" if stream is None or stream.synced_once else stream.state


def _missing(heard: str, nodes: Mapping[NodeName, NodeView]) -> str:
    """Nodes of Karpenter's whose claims cannot be read: expiry, drift and what is on its way are not known."""
    if heard not in ("absent", "forbidden"):
        return ""
    if not any(view.ownership.provisioner in ("karpenter", "eks-auto") for view in nodes.values()):
        return ""
    why = "may not be read" if heard == "forbidden" else "are not served"
    return f"NodeClaims {why}: drift, exact expiry and nodes on their way are not known"
