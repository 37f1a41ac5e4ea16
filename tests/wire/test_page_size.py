"""Pages grow with a quick server, shrink with a slow one, and remember what was too much."""

from __future__ import annotations

from nodeview.wire.pace import Pace
from nodeview.wire.page_size import FIRST_PAGE, LARGEST_PAGE, SMALLEST_PAGE, PageSize


def read(size: PageSize, *seconds: float) -> list[int]:
    """The sizes of pages that took so long."""
    sizes = []
    for one in seconds:
        sizes.append(size.limit)
        size.read(one)
    return sizes


def test_quick_pages_double_up_to_a_limit() -> None:
    size = PageSize(Pace())
    assert read(size, *[0.1] * 6) == [500, 1000, 2000, 4000, 5000, 5000]
    size.begin()
    assert size.limit == FIRST_PAGE, "a listing starts small, so that something is soon seen"


def test_pages_that_take_a_while_stay_as_they_are_and_slow_ones_halve() -> None:
    size = PageSize(Pace())
    assert read(size, 0.1, 6.0, 19.0, 21.0, 21.0, 6.0) == [500, 1000, 1000, 1000, 500, 250]


def test_what_was_too_much_is_remembered() -> None:
    size = PageSize(Pace())
    read(size, 0.1, 0.1)
    size.too_much()
    assert read(size, *[0.1] * 5) == [1000] * 5
    size.begin()
    size.too_much()
    size.too_much()
    size.begin()
    assert size.limit == 125, "the next listing does not begin with what broke off"


def test_after_a_while_more_is_tried_again_and_each_time_in_vain_later() -> None:
    size = PageSize(Pace())
    size.too_much()
    assert read(size, *[0.1] * 8) == [250] * 8
    assert size.limit == 500
    size.too_much()
    assert read(size, *[0.1] * 17) == [250] * 16 + [500]
    size.too_much()
    assert read(size, *[0.1] * 9) == [250] * 8 + [500], "a page so large went well once, so this counts anew"


def test_a_bad_minute_does_not_make_pages_small_for_ever() -> None:
    size = PageSize(Pace())
    for _ in range(20):
        size.too_much()
    assert size.limit == SMALLEST_PAGE
    pages = 0
    while size.limit < LARGEST_PAGE:
        size.read(0.1)
        pages += 1
    assert pages < 60
