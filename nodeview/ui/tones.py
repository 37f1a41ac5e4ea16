"""The only place where colours and glyphs are chosen: from what a thing means to how it looks.

Two decisions are made here. A bar has one colour, and in a healthy cluster that is a quiet one: how full a node is
is no alarm, and `█ ▒ ░` tell work from balloons from room without any colour. And whoever gives three colours
(`--style good,ok,bad`) gets the meaning of eks-node-viewer: above 90 % good, above 60 % ok, else bad.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.color import Color, ColorParseError
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.theme import Theme

from nodeview.views import Fill, Tone

Part = tuple[str, Style]
THEMES = ("dark", "light", "ansi")
TICK = "┃"
"""Where on a bar of what is requested that ends which is really used."""
EIGHTHS = " ▏▎▍▌▋▊▉█"


class Ground(IntEnum):
    """What a line lies on."""

    PLAIN = 0
    CURSOR = 1
    HEADER = 2


class Palette(msgspec.Struct, frozen=True, eq=False):
    """Colours of one theme, as rich and Textual both read them; a ground of None leaves the terminal's own."""

    tones: dict[Tone, str]
    bar: str
    track: str
    grounds: tuple[str | None, str | None, str | None]
    """By `Ground`."""
    dark: bool


DARK = Palette(
    tones={
        Tone.PLAIN: "#c5cad3",
        Tone.MUTED: "#8f98a5",
        Tone.GOOD: "#84b97c",
        Tone.CAUTION: "#e3b341",
        Tone.ALARM: "#ff7b72",
        Tone.COMING: "#79b8ff",
        Tone.STRONG: "bold #f0f3f6",
    },
    bar="#63788f",
    track="#3d4550",
    grounds=("#0f1318", "#243040", "#181d24"),
    dark=True,
)
LIGHT = Palette(
    tones={
        Tone.PLAIN: "#2a3038",
        Tone.MUTED: "#59626d",
        Tone.GOOD: "#1e7330",
        Tone.CAUTION: "#8a5a00",
        Tone.ALARM: "#b9201e",
        Tone.COMING: "#0a5bb0",
        Tone.STRONG: "bold #0b0e12",
    },
    bar="#7d94ab",
    track="#bfc7d0",
    grounds=("#f7f8f9", "#dce7f3", "#e9ecef"),
    dark=False,
)
ANSI = Palette(
    tones={
        Tone.PLAIN: "default",
        Tone.MUTED: "bright_black",
        Tone.GOOD: "green",
        Tone.CAUTION: "yellow",
        Tone.ALARM: "red",
        Tone.COMING: "cyan",
        Tone.STRONG: "bold",
    },
    bar="default",
    track="bright_black",
    grounds=(None, None, None),
    dark=True,
)
PALETTES = {"dark": DARK, "light": LIGHT, "ansi": ANSI}

_ASCII = str.maketrans(
    {
        "–": "-", "—": "-", "·": "|", "…": "~", "●": "*", "▲": "^", "▼": "v", "▸": ">", "→": "->", "≥": ">=",
        "≤": "<=", "×": "x", "█": "#", "▒": "=", "░": ".", "─": "-", "↑": "^", "↓": "v", "“": '"', "”": '"',
        "¥": "Y", "€": "E", "£": "L", "┃": "|", "◆": "*", "◈": "@",
    }
)  # fmt: skip


class Ink:
    """Makes strips: every segment has a whole style, ground included, so that no line depends on what is under it."""

    def __init__(self, theme: str = "dark", style: tuple[str, str, str] | None = None, ascii: bool = False) -> None:
        """Resolve a theme and three gauge colours; what is no colour is ignored. `ascii`: nothing else may be shown."""
        self.palette = PALETTES.get(theme, DARK)
        self.ascii = ascii
        self._gauge = style if style and all(_is_colour(one) for one in style) else None
        self._styles = {
            (tone, ground): self._style(colour, ground)
            for tone, colour in self.palette.tones.items()
            for ground in Ground
        }

    def _style(self, colour: str, ground: Ground) -> Style:
        under = self.palette.grounds[ground]
        lifted = ground is Ground.CURSOR and under is None
        return Style.parse(f"{colour} {'reverse' if lifted else ''} {f'on {under}' if under else ''}")

    def style(self, tone: Tone, ground: Ground = Ground.PLAIN) -> Style:
        """How text of this meaning looks."""
        return self._styles[tone, ground]

    def part(self, text: str, tone: Tone = Tone.PLAIN, ground: Ground = Ground.PLAIN) -> Part:
        """A piece of a line, ready to be put beside others."""
        return self.words(text), self._styles[tone, ground]

    def words(self, text: str) -> str:
        """The text with only such characters as the terminal can show."""
        if not self.ascii or text.isascii():
            return text
        return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")

    def strip(self, parts: list[Part], width: int, ground: Ground = Ground.PLAIN) -> Strip:
        """One line of exactly `width` cells; what does not fit is cut off, what is left is filled."""
        segments: list[Segment] = []
        room = width
        for text, style in parts:
            cells = len(text) if text.isascii() else cell_len(text)
            if cells > room:
                text, cells = set_cell_size(text, room), room
            if cells:
                segments.append(Segment(text, style))
                room -= cells
        if room or not segments:
            segments.append(Segment(" " * room, self._styles[Tone.PLAIN, ground]))
        return Strip(segments, width)

    def bar(self, fill: Fill, width: int, tone: Tone = Tone.PLAIN, ground: Ground = Ground.PLAIN) -> list[Part]:
        """A bar of `width` cells: work, then balloons, then room. A tone other than plain colours all that is full."""
        colour = self._bar_colour(fill.real, tone)
        full, held, free = _bar_glyphs(round(fill.real, 3), round(fill.balloon, 3), width, self.ascii)
        taken, track = _style_of(colour, self.palette, ground), _style_of(self.palette.track, self.palette, ground)
        parts = [(full, taken), (held, taken), (free, track)]
        if fill.used is None:
            return parts
        return _ticked(parts, fill.used, width, self.words(TICK), self._styles[Tone.STRONG, ground])

    def _bar_colour(self, share: float, tone: Tone) -> str:
        if self._gauge:
            good, ok, bad = self._gauge
            return good if share > 0.9 else ok if share > 0.6 else bad
        return self.palette.bar if tone in (Tone.PLAIN, Tone.MUTED) else self.palette.tones[tone]


def _ticked(parts: list[Part], share: float, width: int, tick: str, style: Style) -> list[Part]:
    """The bar with one cell of it taken by the tick."""
    place = min(int(max(share, 0.0) * width), width - 1)
    ticked: list[Part] = []
    start = 0
    for text, own in parts:
        if start <= place < start + len(text):
            at = place - start
            ticked += [(text[:at], own), (tick, style), (text[at + 1 :], own)]
        else:
            ticked.append((text, own))
        start += len(text)
    return ticked


@lru_cache(maxsize=512)
def _style_of(colour: str, palette: Palette, ground: Ground) -> Style:
    under = palette.grounds[ground]
    return Style.parse(f"{colour} on {under}" if under else colour)


@lru_cache(maxsize=4096)
def _bar_glyphs(real: float, balloon: float, width: int, ascii: bool) -> tuple[str, str, str]:
    """Work in eighths of a cell where nothing follows it, else in whole cells; anything above nothing is seen."""
    taken = min(max(real, 0.0), 1.0) * width
    if balloon > 0 or ascii:
        full = min(max(round(taken), int(real > 0)), width)
        held = min(max(round(min(real + balloon, 1.0) * width) - full, int(balloon > 0)), width - full)
        work = ("#" if ascii else "█") * full
        return work, ("=" if ascii else "▒") * held, ("." if ascii else "░") * (width - full - held)
    eighths = min(max(round(taken * 8), int(real > 0)), width * 8)
    whole, rest = divmod(eighths, 8)
    work = "█" * whole + (EIGHTHS[rest] if rest else "")
    return work, "", "░" * (width - len(work))


def _is_colour(text: str) -> bool:
    try:
        Color.parse(text)
    except ColorParseError:
        return False
    return True


def themes() -> list[Theme]:
    """Textual's themes for the widgets that are its own (filter input, palette)."""
    return [_theme(name, PALETTES[name]) for name in ("dark", "light")]


def _theme(name: str, palette: Palette) -> Theme:
    tones = palette.tones
    return Theme(
        name=f"nodeview-{name}",
        primary=tones[Tone.COMING],
        secondary=palette.bar,
        accent=tones[Tone.COMING],
        warning=tones[Tone.CAUTION],
        error=tones[Tone.ALARM],
        success=tones[Tone.GOOD],
        foreground=tones[Tone.PLAIN],
        background=palette.grounds[Ground.PLAIN],
        surface=palette.grounds[Ground.HEADER],
        panel=palette.grounds[Ground.HEADER],
        dark=palette.dark,
    )


def theme_name(theme: str) -> str:
    """The name of Textual's theme for one of `THEMES`."""
    return "ansi-dark" if theme == "ansi" else f"nodeview-{theme if theme in PALETTES else 'dark'}"
