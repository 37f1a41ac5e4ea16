"""Any size of terminal, any keys, any names: nothing breaks, and what is too small is said."""

from __future__ import annotations

import random

import pytest
from textual.events import Paste

from nodeview.frame import Frame
from nodeview.ui.commands import COMMANDS
from tests.builders import NOW
from tests.ui.frames import Script, a_frame, a_node_view, happened, not_ready, waiting
from tests.ui.reading import check, lines, running, text

SIZES = [
    (20, 5), (1, 1), (59, 24), (60, 8), (60, 9), (61, 14), (80, 7), (80, 8), (80, 24), (99, 30), (100, 30),
    (120, 40), (150, 29), (200, 60), (300, 100), (300, 8), (60, 100),
]  # fmt: skip
ABSURD = ("😀" * 20, "א" * 30, "[red]bold[/red]", "a" * 253, "x\x1b[31m", "\u202eevil", "")


def a_full_frame(count: int = 70) -> Frame:
    nodes = [a_node_view(one, pods=one % 9) for one in range(1, count)] + [not_ready(count)]
    feed = [happened(one, message="m" * 300) for one in range(20)]
    return a_frame(nodes, pending=[waiting(), waiting("second", None, "waiting")], feed=feed)


@pytest.mark.parametrize("keys", [(), ("enter",), ("p",), ("?",), ("s",)], ids=lambda keys: keys[0] if keys else "-")
async def test_every_screen_fits_every_size(keys: tuple[str, ...]) -> None:
    async with running(Script(a_full_frame())) as (app, pilot):
        await pilot.press(*keys)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            check(app)
            if not keys and size[0] >= 20:
                said = " ".join(text(app).split())
                too_small = size[0] < 60 or size[1] < 8
                assert (f"needs at least 60×8; this is {size[0]}×{size[1]}" in said) is too_small


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (60, 8), (300, 100)])
async def test_it_starts_at_every_size(size: tuple[int, int]) -> None:
    async with running(Script(a_full_frame()), size=size) as (app, _):
        check(app)


async def test_it_goes_on_when_the_terminal_grows_again() -> None:
    async with running(Script(a_full_frame())) as (app, pilot):
        before = lines(app)
        for size in ((20, 5), (300, 100), (61, 8), (20, 5), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            check(app)
        assert lines(app) == before


async def test_resizing_leaves_no_timers_behind() -> None:
    async with running(Script(a_full_frame())) as (app, pilot):
        timers = [len(one._timers) for one in (app, app.screen)]
        for width in range(60, 100):
            await pilot.resize_terminal(width, 30)
        await pilot.pause()
        assert [len(one._timers) for one in (app, app.screen)] == timers


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))])
async def test_mashed_keys_break_nothing(seed: int) -> None:
    keys = sorted(
        {key for one in COMMANDS for key in one.keys.split(",") if "leave" not in one.action}
        | {"left", "right", "tab", "shift+tab", "space", "r", "x", "0", "ctrl+a", "f5", "delete", "backspace"}
    )
    dice = random.Random(seed)
    script = Script(a_full_frame())
    async with running(script, size=(100, 30)) as (app, pilot):
        for number in range(60):
            await pilot.press(dice.choice(keys))
            if number % 10 == 0:
                script.add(a_frame(dice.randrange(0, 80), number=2 + number))
                await pilot.resize_terminal(dice.choice((20, 80, 130)), dice.choice((5, 24, 40)))
        await pilot.pause()
        assert app.failure is None
        check(app)


async def test_a_paste_breaks_nothing() -> None:
    async with running(Script(a_full_frame())) as (app, pilot):
        app.post_message(Paste("pool=api\n\x1b[31mqqq" * 100))
        await pilot.press("/")
        app.post_message(Paste("pool=api [red] \x00 \n second line" * 10))
        await pilot.pause(0.3)
        assert app.is_running
        check(app)


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_absurd_names_stay_in_their_columns(ascii_only: bool) -> None:
    nodes = [
        a_node_view(place, name=f"n{place}-{name}", labels={"karpenter.sh/nodepool": name, "weird": name})
        for place, name in enumerate(ABSURD)
    ]
    frame = a_frame(nodes, pending=[waiting(name or "-", name) for name in ABSURD], joined={nodes[0].name: NOW})
    async with running(Script(frame), ascii=ascii_only, extra_labels=("weird",), group_by="pool") as (app, pilot):
        check(app)
        for keys in (("enter",), ("escape", "p"), ("escape", "down", "enter")):
            await pilot.press(*keys)
            await pilot.pause()
            check(app)
            assert "\x1b" not in text(app)
            assert "\u202e" not in text(app)
            if ascii_only:
                assert text(app).isascii()


async def test_ascii_shows_nothing_else() -> None:
    async with running(Script(a_full_frame()), ascii=True) as (app, pilot):
        for keys in ((), ("s",), ("escape", "enter"), ("escape", "p"), ("escape", "?"), ("escape", "escape", "ctrl+p")):
            await pilot.press(*keys)
            await pilot.pause(0.1)
            assert text(app).isascii(), [line for line in lines(app) if not line.isascii()]


async def test_no_color_shows_the_same_words_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(Script(a_full_frame())) as (app, pilot):
        for keys in ((), ("enter",), ("escape", "p"), ("escape", "?")):
            await pilot.press(*keys)
            await pilot.pause()
            check(app)
            for strip in app.screen._compositor.render_strips():
                for segment in strip:
                    colour = segment.style.color if segment.style else None
                    if colour is not None and colour.triplet is not None:
                        assert len(set(colour.triplet)) == 1, (segment, keys)
