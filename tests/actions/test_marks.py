"""What nodes say of rotations."""

from __future__ import annotations

from nodeview.actions.marks import KEYS, NO_ANNOTATIONS, Mark, holder, mark_of


def _there(mark: Mark) -> dict[str, str]:
    return {key: value for key, value in mark.annotations.items() if value is not None}


def test_a_mark_comes_back_as_it_was_written() -> None:
    mark = Mark("id", "ann@host", "2026-11-21T12:00:00Z", "rotate 2 nodes", True, "", '{"until":"empty"}')
    assert mark_of(_there(mark)) == mark
    assert set(mark.annotations) == set(KEYS) == set(NO_ANNOTATIONS)


def test_a_node_is_held_until_the_rotation_is_over_with_it() -> None:
    open_, over = Mark("id", cordoned=True), Mark("id", cordoned=True, ended="2026-11-21T12:00:00Z")
    assert holder(_there(open_)) == open_
    assert holder(_there(over)) is None
    assert mark_of(_there(over)) == over


def test_a_node_without_an_id_bears_no_mark() -> None:
    assert mark_of({"nodeview.dev/rotation-by": "ann"}) is None
    assert holder({}) is None
