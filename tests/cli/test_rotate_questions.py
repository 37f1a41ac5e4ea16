"""A person at a terminal, asked while other things go on."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from nodeview.actions.progress import Question
from nodeview.cli.rotate_questions import Person


@dataclass
class Terminal:
    """The other end of a terminal that this process believes to sit at."""

    end: int

    def type(self, text: str) -> None:
        """As a person does."""
        os.write(self.end, text.encode())


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """stdin and stdout are a terminal."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r") as stream:
        for name in ("stdin", "__stdin__", "__stdout__"):
            monkeypatch.setattr(sys, name, stream)
        yield Terminal(ours)
    os.close(ours)


async def test_yes_is_yes_and_all_else_is_no(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    for typed, agreed in (("y\n", True), ("yes\n", True), ("\n", False), ("no\n", False)):
        person = Person()
        assert person.there
        terminal.type(typed)
        assert await asyncio.wait_for(person.agrees("Carry out: rotate 1 node?"), 5) is agreed
        person.close()
    assert "Carry out: rotate 1 node? [y/N]" in capsys.readouterr().out


async def test_an_answer_goes_to_whoever_asked_and_nonsense_to_nobody(terminal: Terminal) -> None:
    person, heard = Person(), asyncio.Queue[tuple[int, str]]()
    person.put(Question(7, "It takes long."), lambda step, answer: heard.put_nowait((step, answer)))
    person.put(Question(8, "So does this."), lambda step, answer: heard.put_nowait((step, answer)))
    terminal.type("what\n")
    terminal.type("s\n")
    assert await asyncio.wait_for(heard.get(), 5) == (7, "skip")
    assert heard.empty()
    person.close()


async def test_a_question_that_answered_itself_is_taken_back(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person()
    person.put(Question(7, "It takes long."), lambda step, answer: None)
    person.withdraw_all_but((Question(7, ""),))
    assert "by itself" not in capsys.readouterr().out
    person.withdraw_all_but(())
    assert "by itself" in capsys.readouterr().out
    person.close()


async def test_without_a_terminal_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "__stdin__", nothing)
        assert not Person().there
