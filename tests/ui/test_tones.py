"""Colours and glyphs."""

from __future__ import annotations

import pytest

from nodeview.ui.tones import DARK, PALETTES, THEMES, Ground, Ink, theme_name
from nodeview.views import Fill, Tone


def bar(ink: Ink, real: float, balloon: float = 0.0, width: int = 10) -> str:
    return "".join(text for text, _ in ink.bar(Fill(real, balloon), width))


@pytest.mark.parametrize(
    ("real", "balloon", "text"),
    [
        (0.0, 0.0, "░░░░░░░░░░"),
        (0.5, 0.0, "█████░░░░░"),
        (0.55, 0.0, "█████▌░░░░"),
        (0.001, 0.0, "▏░░░░░░░░░"),
        (1.0, 0.0, "██████████"),
        (3.0, 0.0, "██████████"),
        (0.3, 0.2, "███▒▒░░░░░"),
        (0.3, 0.001, "███▒░░░░░░"),
        (0.9, 0.9, "█████████▒"),
    ],
)
def test_a_bar_tells_work_from_balloons_from_room(real: float, balloon: float, text: str) -> None:
    assert bar(Ink(), real, balloon) == text


def test_a_bar_in_ascii() -> None:
    assert bar(Ink(ascii=True), 0.3, 0.2) == "###==....."


def test_every_bar_is_as_wide_as_asked() -> None:
    for width in range(40):
        for step in range(30):
            for balloon in (0.0, 0.01, 0.3, 2.0):
                assert len(bar(Ink(), step / 20, balloon, width)) == width


def test_a_healthy_bar_has_the_quiet_colour_and_another_tone_its_own() -> None:
    ink = Ink()
    quiet, alarmed = ink.bar(Fill(0.95), 10)[0][1], ink.bar(Fill(0.95), 10, Tone.ALARM)[0][1]
    assert quiet.color is not None
    assert quiet.color.name == DARK.bar
    assert alarmed.color is not None
    assert alarmed.color.name == DARK.tones[Tone.ALARM]


@pytest.mark.parametrize(
    ("share", "colour"), [(0.95, "#00ff00"), (0.9, "#ffff00"), (0.61, "#ffff00"), (0.6, "#ff0000")]
)
def test_three_colours_mean_what_they_mean_in_eks_node_viewer(share: float, colour: str) -> None:
    ink = Ink(style=("#00ff00", "#ffff00", "#ff0000"))
    style = ink.bar(Fill(share), 10)[0][1]
    assert style.color is not None
    assert style.color.name == colour


def test_what_is_no_colour_is_ignored() -> None:
    style = Ink(style=("good", "#ffff00", "bad")).bar(Fill(0.5), 10)[0][1]
    assert style.color is not None
    assert style.color.name == DARK.bar


@pytest.mark.parametrize("theme", [*THEMES, "no such theme"])
def test_every_tone_has_a_style_on_every_ground(theme: str) -> None:
    ink = Ink(theme)
    assert all(ink.style(tone, ground) is not None for tone in Tone for ground in Ground)
    assert theme_name(theme)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_tones_can_be_told_from_their_ground(theme: str) -> None:
    """WCAG's 4.5 for all text; muted text too, for it is read at night."""
    palette = PALETTES[theme]
    for ground in palette.grounds:
        assert ground is not None
        for tone, colour in palette.tones.items():
            assert contrast(colour.split()[-1], ground) >= 4.5, (tone, ground)


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_words_in_ascii_are_ascii() -> None:
    assert Ink(ascii=True).words("● live · ≥ 3 – é") == "* live | >= 3 - ?"


@pytest.mark.parametrize(
    ("used", "text"), [(0.0, "┃██▒▒░░░░░"), (0.35, "███┃▒░░░░░"), (0.75, "███▒▒░░┃░░"), (4.0, "███▒▒░░░░┃")]
)
def test_a_tick_takes_one_cell_where_the_use_stands(used: float, text: str) -> None:
    parts = Ink().bar(Fill(0.3, 0.2, used), 10)
    assert "".join(text for text, _ in parts) == text
    assert "┃" not in bar(Ink(), 0.3, 0.2)
    assert "|" in "".join(text for text, _ in Ink(ascii=True).bar(Fill(0.3, 0.2, used), 10))
