"""The help is true: every flag is in it, and no other."""

from __future__ import annotations

import re

import pytest

from nodeview.cli.arguments import COMMANDS, FLAGS
from nodeview.cli.help import help_of

_FLAG = re.compile(r"--([a-z-]+)")


@pytest.mark.parametrize("command", COMMANDS)
def test_it_names_only_flags_that_this_command_has(command: str) -> None:
    named = {name.removeprefix("no-") for name in _FLAG.findall(help_of(command, "F"))}
    assert [name for name in named if FLAGS[name].commands and command not in FLAGS[name].commands] == []


def test_every_flag_is_in_the_help_of_some_command() -> None:
    named = {name.removeprefix("no-") for command in COMMANDS for name in _FLAG.findall(help_of(command, "F"))}
    assert named == set(FLAGS)


@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_short_and_fits_a_terminal(command: str) -> None:
    lines = help_of(command, "~/.config/nodeview/config.toml").splitlines()
    assert len(lines) <= 44
    assert max(map(len, lines)) <= 110
    assert any("~/.config/nodeview/config.toml" in line for line in lines)
