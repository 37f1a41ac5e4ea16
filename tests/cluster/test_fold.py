"""Folds see every row once it is kept, and fill the fields of the snapshot that they are named for."""

from __future__ import annotations

import msgspec

from nodeview.cluster import ClusterStore, Snapshot
from nodeview.records import NODES, PODS, Deleted, Listing, NodeName, ObjectKey, Record, Synced, Upserted
from tests.builders import NOW, a_node, a_pod

Seen = tuple[str | None, str | None, bool]


class Witness:
    """A fold that keeps what it sees."""

    def __init__(self, store: ClusterStore) -> None:
        self.store = store
        self.seen: list[Seen] = []
        self.kept: list[bool] = []

    def moved(self, before: Record | None, after: Record | None, at: float, *, live: bool) -> None:
        self.seen.append((None if before is None else before.uid, None if after is None else after.uid, live))
        row = after or before
        assert row is not None
        state = self.store.read()
        pods = state.pods.get(NodeName("n"), {})
        self.kept.append(row.key in state.nodes or row.key in pods)


def a_store() -> ClusterStore:
    store = ClusterStore()
    for resource in (NODES, PODS):
        store.follow(resource)
    return store


def test_every_fold_fills_a_field_of_the_snapshot() -> None:
    stories = a_store()._stories
    fields = {field.name for field in msgspec.structs.fields(Snapshot)}
    assert set(stories.told()) <= fields
    assert {field: id(value) for field, value in stories.told().items()} == {
        field: id(value) for field, value in stories.told().items()
    }, "nothing differs, so these are the very same values"


def test_a_fold_sees_rows_that_are_kept_already_and_whether_they_are_news() -> None:
    store = a_store()
    fold = Witness(store)
    leave = store.listen(fold)
    store.apply(Upserted(NODES, (a_node("n"),), (5,), Listing(1, 5)), NOW)
    store.apply(Synced(NODES, Listing(1, 5)), NOW)
    store.apply(Upserted(PODS, (a_pod("p", uid="1", node=NodeName("n")),), (6,)), NOW)
    store.apply(Upserted(NODES, (a_node("n", uid="other"),), (7,)), NOW)
    store.apply(Deleted(PODS, ObjectKey("default", "p"), "1", 8), NOW)
    first = a_node("n").uid
    assert fold.seen == [(None, first, False), (None, "1", False), (first, "other", True), ("1", None, False)]
    assert fold.kept == [True, True, True, False]
    leave()
    store.apply(Upserted(NODES, (a_node("m"),), (9,)), NOW)
    assert len(fold.seen) == 4


def test_one_that_says_the_same_is_shown_to_nobody() -> None:
    store = a_store()
    store.apply(Upserted(NODES, (a_node("n"),), (5,)), NOW)
    fold = Witness(store)
    store.listen(fold)
    store.apply(Upserted(NODES, (a_node("n"),), (6,)), NOW)
    assert fold.seen == []
