"""The merge of a listing and a watch, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from nodeview.cluster import Table
from nodeview.records import Listing, ObjectKey


@dataclass(frozen=True)
class Thing:
    """A record of a name, an identity and a value."""

    name: str
    uid: str
    value: int

    @property
    def key(self) -> ObjectKey:
        return ObjectKey("", self.name)


def put(table: Table[Thing], thing: Thing, version: int, listing: Listing | None = None) -> list[Thing]:
    return [after for _, after in table.put([thing], [version], listing)]


def names(table: Table[Thing]) -> set[str]:
    return {key.name for key in table.rows}


FIRST = Listing(1, 100)


def test_a_watch_beats_an_older_page() -> None:
    table: Table[Thing] = Table()
    table.begin(FIRST)
    put(table, Thing("a", "1", 2), 105)
    assert put(table, Thing("a", "1", 1), 90, FIRST) == []
    assert table.rows[ObjectKey("", "a")].value == 2


def test_a_listing_takes_back_what_a_restored_etcd_has_forgotten() -> None:
    table: Table[Thing] = Table()
    put(table, Thing("a", "1", 1), 90, FIRST)
    table.finish(FIRST)
    put(table, Thing("a", "1", 2), 105)
    past = Listing(2, 130)  # restored to 95, and written past all that was heard
    assert put(table, Thing("a", "1", 1), 90, past) == [Thing("a", "1", 1)]
    put(table, Thing("a", "1", 3), 131)
    assert put(table, Thing("a", "1", 1), 90, past) == [], "the watch of now is newer than its listing"


def test_an_older_item_of_the_same_listing_takes_nothing_back() -> None:
    for before in ([], [Thing("a", "1", 0), Thing("b", "2", 0)]):
        table: Table[Thing] = Table()
        for thing in before:
            put(table, thing, 90, FIRST)
        table.finish(FIRST)
        second = Listing(2, 130)
        assert put(table, Thing("a", "1", 2), 120, second)
        assert put(table, Thing("a", "1", 1), 110, second) == []
        assert put(table, Thing("a", "1", 3), 125, second), "a later page may be of a later version"


def test_what_a_watch_deleted_does_not_come_back_by_a_later_page() -> None:
    table: Table[Thing] = Table()
    table.begin(FIRST)
    table.remove(ObjectKey("", "a"), "1", 103)
    assert put(table, Thing("a", "1", 1), 90, FIRST) == []
    table.finish(FIRST)
    assert names(table) == set()


def test_what_was_made_again_after_its_deletion_stays() -> None:
    table: Table[Thing] = Table()
    table.begin(FIRST)
    put(table, Thing("a", "1", 1), 90, FIRST)
    table.remove(ObjectKey("", "a"), "1", 103)
    put(table, Thing("a", "2", 7), 104)
    put(table, Thing("a", "1", 1), 90, FIRST)
    table.finish(FIRST)
    assert table.rows[ObjectKey("", "a")].uid == "2"


def test_a_complete_listing_removes_what_it_did_not_name() -> None:
    table: Table[Thing] = Table()
    put(table, Thing("a", "1", 1), 50, Listing(1, 60))
    put(table, Thing("b", "1", 1), 51, Listing(1, 60))
    table.finish(Listing(1, 60))
    again = Listing(2, 100)
    put(table, Thing("b", "1", 1), 51, again)
    assert [gone.name for gone in table.finish(again)] == ["a"]
    assert names(table) == {"b"}


def test_an_empty_listing_removes_everything() -> None:
    table: Table[Thing] = Table()
    put(table, Thing("a", "1", 1), 50, Listing(1, 60))
    table.finish(Listing(1, 60))
    table.finish(Listing(2, 100))
    assert names(table) == set()


def test_an_abandoned_listing_removes_nothing_and_names_nothing() -> None:
    table: Table[Thing] = Table()
    for name in "ab":
        put(table, Thing(name, "1", 1), 50, Listing(1, 60))
    table.finish(Listing(1, 60))
    put(table, Thing("a", "1", 1), 50, Listing(2, 100))
    third = Listing(3, 110)
    put(table, Thing("b", "1", 1), 50, third)
    table.finish(third)
    assert names(table) == {"b"}


def test_versions_that_went_backwards_begin_a_new_epoch() -> None:
    table: Table[Thing] = Table()
    put(table, Thing("a", "1", 9), 500, Listing(1, 600))
    put(table, Thing("b", "1", 9), 500, Listing(1, 600))
    table.finish(Listing(1, 600))
    restored = Listing(2, 40)
    assert put(table, Thing("a", "1", 3), 30, restored) == [Thing("a", "1", 3)]
    put(table, Thing("a", "1", 4), 41)
    table.finish(restored)
    assert list(table.rows.values()) == [Thing("a", "1", 4)]


def test_a_listing_can_say_itself_that_it_begins_an_epoch() -> None:
    table: Table[Thing] = Table()
    put(table, Thing("a", "1", 9), 500, Listing(1, 600))
    assert put(table, Thing("a", "1", 3), 30, Listing(2, 700, new_epoch=True)) == [Thing("a", "1", 3)]


def test_versions_that_are_no_numbers_are_always_newer() -> None:
    table: Table[Thing] = Table()
    put(table, Thing("a", "1", 1), 0, Listing(1, 0))
    assert put(table, Thing("a", "1", 2), 0) == [Thing("a", "1", 2)]


def test_what_says_the_same_is_no_change() -> None:
    table: Table[Thing] = Table()
    put(table, Thing("a", "1", 1), 5)
    assert put(table, Thing("a", "1", 1), 6) == []
    assert put(table, Thing("a", "1", 0), 5) == [], "its version moved on all the same"


def test_a_late_deletion_of_a_namesake_is_ignored() -> None:
    table: Table[Thing] = Table()
    put(table, Thing("a", "2", 1), 10)
    assert table.remove(ObjectKey("", "a"), "1", 9) is None
    assert table.remove(ObjectKey("", "a"), "1", 0) is None, "not comparable: the uid decides"
    assert names(table) == {"a"}


def test_a_successor_that_came_and_went_unheard_does_not_come_back_by_a_page() -> None:
    table: Table[Thing] = Table()
    put(table, Thing("a", "1", 1), 10, Listing(1, 12))
    table.finish(Listing(1, 12))
    again = Listing(2, 30)
    table.begin(again)
    assert table.remove(ObjectKey("", "a"), "2", 31) == Thing("a", "1", 1)
    put(table, Thing("a", "2", 1), 20, again)
    table.finish(again)
    assert names(table) == set()


# -- any interleaving of one listing and one watch ends where the server is ------------------------


@dataclass
class Server:
    """A model of etcd: what is there, and all that happened, each at its own version."""

    now: int = 10
    objects: dict[str, tuple[int, Thing]] = field(default_factory=dict)
    log: list[tuple[str, int, Thing]] = field(default_factory=list)

    def write(self, name: str, value: int) -> None:
        self.now += 1
        old = self.objects.get(name)
        thing = Thing(name, old[1].uid if old else str(self.now), value)
        self.objects[name] = (self.now, thing)
        self.log.append(("put", self.now, thing))

    def delete(self, name: str) -> None:
        if name in self.objects:
            self.now += 1
            self.log.append(("delete", self.now, self.objects.pop(name)[1]))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from("abcde"), st.integers(0, 3)),
        st.tuples(st.just("delete"), st.sampled_from("abcde"), st.just(0)),
        st.tuples(st.sampled_from(["page", "watch", "watch", "relist"]), st.just(""), st.just(0)),
    ),
    max_size=60,
)


@settings(max_examples=600)
@given(before=STEPS, steps=STEPS, size=st.integers(1, 3))
def test_any_interleaving_ends_as_the_server_stands(
    before: list[tuple[str, str, int]], steps: list[tuple[str, str, int]], size: int
) -> None:
    server, table = Server(), Table[Thing]()
    stale = [step for step in before if step[0] in ("write", "delete")]
    for verb, name, value in stale:
        server.write(name, value) if verb == "write" else server.delete(name)
    for version, thing in server.objects.values():
        put(table, thing, version, Listing(0, server.now))
    table.finish(Listing(0, server.now))
    for verb, name, value in stale[::2]:
        server.delete(name) if verb == "write" else server.write(name, value)

    listing, pages, heard, number = Listing(1, server.now), sorted(server.objects.values(), key=str), len(server.log), 1
    table.begin(listing)

    def page() -> None:
        for version, thing in pages[:size]:
            put(table, thing, version, listing)
        del pages[:size]

    def watch() -> None:
        nonlocal heard
        if heard < len(server.log):
            verb, version, thing = server.log[heard]
            heard += 1
            put(table, thing, version) if verb == "put" else table.remove(thing.key, thing.uid, version)

    for verb, name, value in steps:
        if verb == "write":
            server.write(name, value)
        elif verb == "delete":
            server.delete(name)
        elif verb == "page":
            page()
        elif verb == "watch":
            watch()
        else:
            number += 1
            listing, pages = Listing(number, server.now), sorted(server.objects.values(), key=str)
            heard = next(
                (at for at, (_, version, _) in enumerate(server.log) if version > listing.version), len(server.log)
            )
            table.begin(listing)
    while pages:
        page()
    table.finish(listing)
    while heard < len(server.log):
        watch()
    assert {key.name: row for key, row in table.rows.items()} == {
        name: thing for name, (_, thing) in server.objects.items()
    }
