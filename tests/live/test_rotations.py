"""Rotations by their ids, from journals here and marks on nodes."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from nodeview.actions.marks import Mark, mark_of
from nodeview.live import journal as journals
from nodeview.live import rotations
from nodeview.live.journal import Entry
from nodeview.live.rotations import abort, holders, known_rotations
from nodeview.records import Node
from nodeview.wire.transport import Transport
from nodeview.wire.writer_answers import Standing
from tests.builders import a_node
from tests.live.executing import Objects, a_plan

MARK = Mark("20261121-plan", "ann@host", "2026-11-21T12:00:00Z", "rotate 2 nodes", True)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A state folder of its own."""
    return {journals.STATE_VARIABLE: str(tmp_path)}


def _marked(name: str, mark: Mark = MARK) -> Node:
    return a_node(name, unschedulable=mark.cordoned, annotations=_said(mark))


def _said(mark: Mark) -> dict[str, str]:
    return {key: value for key, value in mark.annotations.items() if value}


def test_what_nodes_say_is_enough_on_another_machine(environ: dict[str, str]) -> None:
    (known,) = known_rotations([_marked("n1"), a_node("n2")], environ)
    assert (known.id, known.record, known.stand) == (MARK.id, None, "open")
    assert (known.title, known.by, known.began) == ("rotate 2 nodes", "ann@host", 1_795_262_400)
    (over,) = known_rotations([_marked("n1", replace(MARK, ended="then"))], environ)
    assert over.stand == "ended"


def test_a_journal_says_how_it_ended(environ: dict[str, str]) -> None:
    journal = journals.begin(a_plan(), 7.0, "bob", "", environ)
    assert known_rotations([], environ)[0].stand == "open"
    journal.write(Entry("finished", 8.0, stand="stopped"))
    journal.close()
    (known,) = known_rotations([_marked("n1")], environ)
    assert (known.stand, known.by, known.began, len(known.nodes)) == ("stopped", "bob", 7.0, 1)


def test_a_journal_that_is_cut_short_spoils_no_other(environ: dict[str, str]) -> None:
    journals.begin(a_plan(), 7.0, "bob", "", environ).close()
    (journals.state_folder(environ) / "20261120-broken.jsonl").write_text("{")
    broken, whole = known_rotations([], environ)
    assert (broken.id, broken.record is None, "cut short" in broken.trouble) == ("20261120-broken", True, True)
    assert broken.stand == "unknown"
    assert whole.record is not None


def test_who_holds_a_node() -> None:
    nodes = [_marked("n1"), _marked("n2", replace(MARK, ended="then")), _marked("n3", replace(MARK, id="other"))]
    assert holders(nodes) == {"n1": MARK.id, "n3": "other"}
    assert holders(nodes, but="other") == {"n1": MARK.id}


@pytest.mark.parametrize("here", [True, False], ids=["journal here", "on another machine"])
async def test_an_abort_undoes_what_was_ours(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, *, here: bool
) -> None:
    server = Objects(
        n1=Standing("uid-n1", "1", annotations=_said(MARK), unschedulable=True),
        n2=Standing("uid-n2", "1", annotations=_said(replace(MARK, cordoned=False)), unschedulable=True),
        n3=Standing("uid-n3", "1", annotations=_said(replace(MARK, id="other")), unschedulable=True),
    )
    monkeypatch.setattr(rotations, "Writer", lambda transport: server.writer)
    if here:
        journals.begin(a_plan(nodes=("n1", "n2", "n3", "gone")), 7.0, "bob", "", environ).close()
    nodes = [_marked("n1"), _marked("n2", replace(MARK, cordoned=False))]
    known = next(one for one in known_rotations(nodes, environ) if one.id == MARK.id)
    undone = await abort(known, cast(Transport, None), environ, lambda: 9.0)
    assert (undone.uncordoned, undone.left, undone.failed) == (("n1",), ("n2",), ())
    assert [server.objects[name].unschedulable for name in ("n1", "n2", "n3")] == [False, True, True]
    assert [mark_of(server.objects[name].annotations) is None for name in ("n1", "n2", "n3")] == [True, True, False]
    if here:
        assert known_rotations([], environ)[0].stand == "aborted"
