"""Curves in dots."""

from __future__ import annotations

import pytest

from nodeview.ui.widgets.braille import area, line, rows, stack


def picture(masks: list[int], height: int) -> list[str]:
    """Dots as `o`, from the top."""
    return ["".join("o" if mask >> y & 1 else " " for mask in masks) for y in range(4 * height - 1, -1, -1)]


def test_a_line_goes_from_its_low_to_its_high_and_jumps_are_strokes() -> None:
    assert picture(line([0, 3, 3, 1, 0], 0, 3, 1), 1) == [
        " oo  ",
        " o o ",
        " o o ",
        "o   o",
    ]


def test_a_gap_is_no_line_and_no_stroke() -> None:
    assert picture(line([0, None, 3], 0, 3, 1), 1) == ["  o", "   ", "   ", "o  "]


def test_a_level_line_and_values_outside_stay_on_the_picture() -> None:
    assert picture(line([5, 5], 5, 5, 1), 1)[-1] == "oo"
    assert picture(line([-9, 99], 0, 1, 1), 1) == [" o", " o", " o", "o "]


def test_below_an_area_all_is_full_and_nothing_is_no_gap() -> None:
    assert picture(area([0, None, 3], 0, 3, 1), 1) == ["  o", "  o", "  o", "o o"]


def test_balloons_lie_on_work_in_another_texture() -> None:
    below, above = stack([0.5, 0.5, None, 1.2], [0.5, None, 0.1, 0.5], 1)
    assert picture(below, 1) == ["   o", "   o", "oo o", "oo o"]
    assert picture(above, 1) == ["    ", "o   ", "    ", "    "]


@pytest.mark.parametrize(
    ("masks", "cell"),
    [([15, 15], "⣿"), ([0, 0], " "), ([1, 0], "⡀"), ([0, 1], "⢀"), ([8, 0], "⠁"), ([0, 8], "⠈"), ([2, 4], "⠔")],
)
def test_a_cell_holds_two_columns_of_four_dots(masks: list[int], cell: str) -> None:
    assert rows(masks, 1) == [cell]


def test_lines_come_from_the_top_and_a_lone_column_has_a_cell_of_its_own() -> None:
    assert rows([0xF0, 0xF0, 0x0F], 2) == ["⣿ ", " ⡇"]


def test_in_ascii_there_is_nothing_else() -> None:
    below, above = stack([1.0] * 4 + [0.25] * 4, [0.0] * 4 + [0.75] * 4, 2)
    texts = rows(below, 2, ascii=True, upper=above)
    assert texts == ["##==", "##=="]
    assert rows(line([0, 0, 3, 3, None, None], 0, 3, 1), 1, ascii=True) == [".: "]
    assert rows([1, 1], 1, ascii=True) == ["."]
    assert rows([8, 8], 1, ascii=True) == ["'"]
    assert rows([0, 0], 1, ascii=True) == [" "]
