"""A person at a terminal, who is asked while other things go on; or nobody."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence

from nodeview.actions import Answer, Question

ANSWERS: dict[str, Answer] = {"w": "wait", "wait": "wait", "s": "skip", "skip": "skip", "o": "stop", "stop": "stop"}
YES = ("y", "yes")


class Person:
    """Reads lines from stdin without stopping the loop. Close it at the end."""

    def __init__(self) -> None:
        ends = (sys.__stdin__, sys.__stdout__)
        self.there = all(end is not None and end.isatty() for end in ends)
        """Whether there is somebody to ask."""
        self._open: tuple[Question, Callable[[int, Answer], None]] | None = None
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self._reading = False

    async def agrees(self, question: str) -> bool:
        """Ask something that is answered by yes or anything else."""
        print(f"{question} [y/N] ", end="", flush=True)
        self._read()
        return (await self._lines.get()).strip().lower() in YES

    def put(self, question: Question, heard: Callable[[int, Answer], None]) -> None:
        """Put a question, if none is open; the answer goes to `heard`, whenever it comes."""
        if self._open is not None:
            return
        self._open = (question, heard)
        print(f"{question.sentence}\n  [w]ait, [s]kip or st[o]p? ", end="", flush=True)
        self._read()

    def withdraw_all_but(self, questions: Sequence[Question]) -> None:
        """What is not asked any more needs no answer."""
        if self._open is not None and self._open[0].step not in {one.step for one in questions}:
            self._open = None
            print("\n  (it went on by itself)", flush=True)

    def close(self) -> None:
        """Read no more."""
        if self._reading:
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            self._reading = False

    def _read(self) -> None:
        if not self._reading:
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._line)
            self._reading = True

    def _line(self) -> None:
        line = sys.stdin.readline()
        if not line:  # the terminal is gone: nobody answers any more
            self.close()
            self.there = False
        if self._open is None:
            self._lines.put_nowait(line)
            return
        question, heard = self._open
        answer: Answer | None = ANSWERS.get(line.strip().lower()) if line else "stop"
        if answer is None:
            print("  wait, skip or stop? ", end="", flush=True)
            return
        self._open = None
        heard(question.step, answer)
