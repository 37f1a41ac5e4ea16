"""NodeOverlays in the store: they are in each snapshot, and a change of one stirs it."""

from __future__ import annotations

from nodeview.cluster import ClusterStore
from nodeview.records import NODE_OVERLAYS, Deleted, Listing, NodeOverlay, Synced, Upserted
from tests.builders import NOW


def overlay(name: str, price: str = "0.10") -> NodeOverlay:
    return NodeOverlay(name, f"u-{name}", 0, (), price, None)


def test_they_are_in_each_snapshot_and_a_change_stirs_it() -> None:
    store = ClusterStore()
    store.follow(NODE_OVERLAYS)
    store.apply(Upserted(NODE_OVERLAYS, [overlay("a"), overlay("b")], [1, 2], Listing(2, 1)), NOW)
    store.apply(Synced(NODE_OVERLAYS, Listing(2, 1)), NOW)
    assert set(store.snapshot().overlays) == {overlay("a"), overlay("b")}
    assert not store.stirred
    store.apply(Upserted(NODE_OVERLAYS, [overlay("a")], [3], None), NOW)
    assert not store.stirred, "nothing differs"
    store.apply(Upserted(NODE_OVERLAYS, [overlay("a", "0.20")], [4], None), NOW)
    assert store.stirred
    assert set(store.snapshot().overlays) == {overlay("a", "0.20"), overlay("b")}
    store.apply(Deleted(NODE_OVERLAYS, overlay("b").key, "u-b", 5), NOW)
    assert store.stirred
    assert store.snapshot().overlays == (overlay("a", "0.20"),)
