"""Writes through refusals, stumbles and answers that never come: nothing twice, nothing lost."""

from __future__ import annotations

import asyncio

import pytest

from nodeview.actions.plan import Subject
from nodeview.errors import ApiError, Incomplete, NodeviewError, Unreachable, api_error
from nodeview.live import executor_writes
from nodeview.live.executor_state import Stopped
from nodeview.live.executor_writes import Sender
from nodeview.live.journal import Entry

NODE = Subject("Node", "n", uid="u")


class Book:
    """A journal that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[Entry] = []

    def write(self, entry: Entry) -> None:
        self.lines.append(entry)

    def types(self) -> list[tuple[str, bool]]:
        return [(entry.type, entry.ok) for entry in self.lines]


class Server:
    """Answers one write as it is told; `taken` after it took it."""

    def __init__(self, *answers: NodeviewError | str) -> None:
        self.answers = list(answers)
        self.tries = 0
        self.took = 0

    async def attempt(self) -> str:
        self.tries += 1
        answer = self.answers.pop(0) if self.answers else "done"
        if isinstance(answer, str):
            self.took += 1
            if answer == "silence":
                raise Unreachable("no answer in time.")
            return answer
        raise answer

    async def taken(self) -> str | None:
        return "was taken" if self.took else None


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_PAUSE_S", "LONGEST_PAUSE_S", "TOO_MANY_S"):
        monkeypatch.setattr(executor_writes, name, 0.001)


def _sender(book: Book, stopping: asyncio.Event | None = None, patience_s: float = 5.0) -> Sender:
    clock = asyncio.get_running_loop().time
    return Sender(book, stopping or asyncio.Event(), clock, patience_s=patience_s)


async def _send(server: Server, book: Book) -> str:
    return await _sender(book).send(1, "cordon", NODE, server.attempt, server.taken)


@pytest.mark.parametrize(
    "failures",
    [
        (api_error(500, "InternalError"),),
        (api_error(503), api_error(504), api_error(502)),
        (api_error(429, "TooManyRequests", "", 0.001),),
        (Unreachable("refused."), Incomplete("broke off."), api_error(429)),
    ],
)
async def test_a_server_that_stumbles_is_asked_again(failures: tuple[NodeviewError, ...]) -> None:
    server, book = Server(*failures), Book()
    assert await _send(server, book) == "done"
    assert (server.tries, server.took) == (len(failures) + 1, 1)
    assert book.types() == [("intent", True), ("answer", True)]


async def test_what_was_taken_without_an_answer_is_not_sent_again() -> None:
    server, book = Server("silence"), Book()
    assert await _send(server, book) == "was taken"
    assert (server.tries, server.took) == (1, 1)
    assert book.types() == [("intent", True), ("answer", True)]


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 422])
async def test_a_refusal_is_final(code: int) -> None:
    server, book = Server(api_error(code, "", "no")), Book()
    with pytest.raises(ApiError):
        await _send(server, book)
    assert server.tries == 1
    assert book.types() == [("intent", True), ("answer", False)]


async def test_one_that_never_answers_is_given_up() -> None:
    server, book = Server(*[Unreachable("refused.")] * 1000), Book()
    with pytest.raises(Unreachable):
        await _sender(book, patience_s=0.01).send(1, "cordon", NODE, server.attempt, server.taken)
    assert book.types() == [("intent", True), ("answer", False)]


async def test_a_stop_ends_the_trying_and_a_later_one_finds_out() -> None:
    stopping, book = asyncio.Event(), Book()
    stopping.set()
    server = Server(api_error(500))
    with pytest.raises(Stopped):
        await _sender(book, stopping).send(1, "cordon", NODE, server.attempt, server.taken)
    assert (server.tries, book.types()[-1]) == (1, ("answer", False))


async def test_a_write_that_was_begun_is_finished_by_whoever_is_cancelled() -> None:
    book, begun, go_on = Book(), asyncio.Event(), asyncio.Event()
    done: list[str] = []

    async def attempt() -> str:
        begun.set()
        await go_on.wait()
        done.append("sent")
        return "done"

    sending = asyncio.create_task(_sender(book).send(1, "cordon", NODE, attempt, Server().taken))
    await begun.wait()
    sending.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert done == ["sent"]


async def test_only_so_many_are_under_way() -> None:
    book, most, now = Book(), 0, 0

    async def attempt() -> str:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.001)
        now -= 1
        return "done"

    sender = Sender(book, asyncio.Event(), asyncio.get_running_loop().time, slots=3)
    await asyncio.gather(*(sender.send(n, "cordon", NODE, attempt, Server().taken) for n in range(12)))
    assert most == 3


async def test_a_question_is_asked_again_and_a_refused_one_is_not() -> None:
    server = Server(api_error(503), Unreachable("refused."))
    assert await _sender(Book()).steady(server.attempt) == "done"
    with pytest.raises(ApiError):
        await _sender(Book()).steady(Server(api_error(403)).attempt)
