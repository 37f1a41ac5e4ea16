"""The parent's side of the child that asks AWS: starts it when first asked, hears it, ends it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

import nodeview
from nodeview.pricing import Offer
from nodeview.wire.price_protocol import Answer, Failure, Question, answer_of, line_of
from nodeview.wire.redaction import printable

PAUSES_S = (1.0, 2.0, 5.0, 15.0, 60.0)
"""How long a child that died is not started again, the first time and after that."""
SILENCE_S = 60.0
"""A child that answers nothing for so long is killed; its own calls give up after some 35 s."""
GRACE_S = 1.0
LONGEST_LINE = 64 << 20
LONGEST_WORDS = 2000
STOPPED = "prices: the process that asks AWS keeps ending; see the log file"

_SECRETS = re.compile(r"\bA[KS]IA[A-Z0-9]{8,}|[A-Za-z0-9+/=_-]{40,}")

log = logging.getLogger(__name__)


class PriceChild:
    """Asks AWS by way of a child process, which exists from the first question until `close`."""

    def __init__(
        self,
        profile: str | None = None,
        environ: Mapping[str, str] | None = None,
        *,
        command: Sequence[str] | None = None,
        pauses: Sequence[float] = PAUSES_S,
        silence_s: float = SILENCE_S,
    ) -> None:
        """`environ` is what AWS's own chain of credentials goes by: ours, unless another is given."""
        self._command = tuple(command or child_command(profile))
        self._environ = environ
        self._pauses = tuple(pauses)
        self._silence_s = silence_s
        self._running: _Running | None = None
        self._dying: set[_Running] = set()
        self._starting = asyncio.Lock()
        self._asked = 0
        self._deaths = 0
        self._not_before = 0.0
        self._closed = False

    async def __aenter__(self) -> PriceChild:
        """Nothing is started yet."""
        return self

    async def __aexit__(self, *exception: object) -> None:
        """End the child."""
        await self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id, while there is one."""
        return self._running.pid if self._running is not None else None

    async def ask(self, offers: Iterable[Offer]) -> AsyncIterator[Answer]:
        """One answer for each call to AWS as it comes back, the last of them `done`; raises nothing of its own.

        When the child cannot be started, dies or falls silent, the last answer is a failure of kind `child`.
        """
        asked = tuple(offers)
        self._asked += 1
        question = Question(self._asked, asked)
        running = await self._child()
        if running is None:
            yield self._gone(question)
            return
        answers = running.ask(question)
        try:
            while True:
                answer = await self._next(answers)
                if answer is None:
                    self._buried(running)
                    yield self._gone(question)
                    return
                if answer.done:
                    self._deaths = 0
                yield answer
                if answer.done:
                    return
        finally:
            running.forget(question)

    async def close(self) -> None:
        """Kill the child and all that it started; there is nothing that it could lose."""
        self._closed = True
        async with self._starting:
            running, self._running = self._running, None
        dying = {*self._dying, *([running] if running is not None else [])}
        await asyncio.gather(*(one.kill() for one in dying))
        self._dying.clear()

    async def _child(self) -> _Running | None:
        async with self._starting:
            if self._running is not None and self._running.alive:
                return self._running
            if self._running is not None:
                self._buried(self._running)
            if self._closed or asyncio.get_running_loop().time() < self._not_before:
                return None
            try:
                self._running = await _start(self._command, self._environ)
            except OSError as error:
                log.warning("the process that asks AWS cannot be started: %s", error.strerror)
                self._count_death()
            return self._running

    async def _next(self, answers: asyncio.Queue[Answer | None]) -> Answer | None:
        try:
            async with asyncio.timeout(self._silence_s):
                return await answers.get()
        except TimeoutError:
            log.warning("the process that asks AWS said nothing for %g s", self._silence_s)
            return None

    def _buried(self, running: _Running) -> None:
        """A child died or has to: the next one waits a while."""
        if self._running is running:
            self._running = None
            running.kill_now()
            self._dying = {one for one in (*self._dying, running) if not one.ended.is_set()}
            self._count_death()

    def _count_death(self) -> None:
        pause = self._pauses[min(self._deaths, len(self._pauses) - 1)]
        self._deaths += 1
        self._not_before = asyncio.get_running_loop().time() + pause

    def _gone(self, question: Question) -> Answer:
        """Offers that were answered already are named again; who asked knows which."""
        pause = max(0.0, self._not_before - asyncio.get_running_loop().time())
        return Answer(question.id, failure=Failure("child", STOPPED, question.offers, pause), done=True)


def child_command(profile: str | None) -> tuple[str, ...]:
    """The command line of the child; what lies in the current folder is not imported in place of what is installed."""
    from_here = Path(nodeview.__file__).resolve().parent.parent == Path.cwd()
    safely = () if from_here else ("-P",)
    named = ("--profile", profile) if profile else ()
    return (sys.executable, *safely, "-m", "nodeview.wire.aws_prices", *named)


class _Running(asyncio.SubprocessProtocol):
    """A child that runs, or has run."""

    def __init__(self) -> None:
        self.alive = True
        self._transport: asyncio.SubprocessTransport | None = None
        self._waiting: dict[int, asyncio.Queue[Answer | None]] = {}
        self._line = bytearray()
        self._words = bytearray()
        self.ended = asyncio.Event()

    @property
    def pid(self) -> int | None:
        return self._transport.get_pid() if self._transport is not None else None

    def ask(self, question: Question) -> asyncio.Queue[Answer | None]:
        """Where the answers to a question will come; None in it means that there will be no more."""
        queue = self._waiting[question.id] = asyncio.Queue()
        stdin = self._transport.get_pipe_transport(0) if self._transport is not None else None
        if isinstance(stdin, asyncio.WriteTransport) and self.alive:
            stdin.write(line_of(question))
        else:
            queue.put_nowait(None)
        return queue

    def forget(self, question: Question) -> None:
        self._waiting.pop(question.id, None)

    def kill_now(self) -> None:
        """Kill the child's whole group."""
        self.alive = False
        transport = self._transport
        if transport is None or transport.get_returncode() is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(transport.get_pid(), signal.SIGKILL)
            else:
                transport.kill()

    async def kill(self) -> None:
        """Kill it and wait until its pipes are closed; what outlived it may hold them open, but not for us."""
        self.kill_now()
        try:
            async with asyncio.timeout(GRACE_S):
                await self.ended.wait()
        except TimeoutError:
            if self._transport is not None:
                self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self._hear_words(data)
            return
        *lines, rest = data.split(b"\n")
        for line in lines:
            self._line += line
            whole, self._line = bytes(self._line), bytearray()
            self._hear(whole)
        self._line += rest
        if len(self._line) > LONGEST_LINE:
            log.error("the process that asks AWS sent a line that does not end")
            self.kill_now()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 1:
            self._no_more()

    def process_exited(self) -> None:
        self._no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        self._no_more()
        if self._words:
            self._hear_words(b"\n")
        if self._transport is not None:
            self._transport.close()
        self.ended.set()

    def _hear(self, line: bytes) -> None:
        try:
            answer = answer_of(line)
        except msgspec.MsgspecError as error:
            log.error("the process that asks AWS sent an answer that cannot be read: %s", error)
            self.kill_now()
            return
        if (queue := self._waiting.get(answer.id)) is not None:
            queue.put_nowait(answer)

    def _hear_words(self, data: bytes) -> None:
        """What the child, or a credential process, said on stderr goes to the log, without what may be a secret."""
        *lines, rest = (bytes(self._words) + data).split(b"\n")
        self._words = bytearray(rest[-LONGEST_WORDS:])
        for line in lines:
            if said := printable(line[:LONGEST_WORDS].decode(errors="replace")).strip():
                log.warning("aws: %s", _SECRETS.sub("…", said))

    def _no_more(self) -> None:
        self.alive = False
        for queue in self._waiting.values():
            queue.put_nowait(None)


async def _start(command: Sequence[str], environ: Mapping[str, str] | None) -> _Running:
    """A child in a session of its own, so that neither Ctrl-C nor a question for the terminal gets through."""
    _, running = await asyncio.get_running_loop().subprocess_exec(
        _Running, *command, env=None if environ is None else dict(environ), start_new_session=True
    )
    return running
