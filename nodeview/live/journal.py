"""The journal of one rotation: a line of JSON for each thing, on the disk before it is sent and after it was answered.

It is only ever appended to. A last line that was cut short is passed over; what it would have said is found out from
the cluster. Whoever writes holds the file locked, so that two processes cannot carry out one rotation.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from nodeview.actions import Plan
from nodeview.errors import JournalError

try:
    import fcntl
except ImportError:  # Windows: there the name of the node's mark is all that keeps two apart
    fcntl = None  # type: ignore[assignment]

STATE_VARIABLE = "NODEVIEW_STATE_DIR"
LEAST_FREE = 4 << 20
"""Bytes that must be free before anything is written to a cluster."""
FORMAT = 1
ABORT = ".abort.jsonl"
"""How the name of a journal ends that knows no plan."""


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line. What a kind of entry does not need is absent."""

    type: str
    """`plan` (the first), `begin` and `end` of a step, `intent` before a write, `answer` after it, `resumed`,
    `finished`, `aborted`."""
    at: float
    step: int = 0
    """0 for what belongs to none: the marks on nodes, what is undone at the end."""
    subject: str = ""
    what: str = ""
    """Of an intent: `mark`, `cordon`, `restart`, …; with `subject` and `step` it names the write."""
    when: str = ""
    """Of the intent of a restart: the very `restartedAt` that is sent, however often."""
    ok: bool = True
    words: str = ""
    generation: int | None = None
    """Of the answer to a restart: the generation whose rollout is waited for."""
    stand: str = ""
    """Of the end of a step, and of the whole."""
    plan: Plan | None = None
    by: str = ""
    server: str = ""
    """As `place_of` has it."""
    format: int = FORMAT


class Record(msgspec.Struct, frozen=True):
    """A journal, read."""

    id: str
    plan: Plan
    began: float
    by: str
    server: str
    entries: tuple[Entry, ...]
    torn: bool = False
    """Its last line was cut short."""

    @property
    def ended(self) -> str:
        """How the whole ended the last time, `aborted` among that; empty where it was cut off in the middle."""
        for entry in reversed(self.entries):
            if entry.type in ("finished", "aborted"):
                return entry.stand or entry.type
            if entry.type in ("resumed", "plan"):
                return ""
        return ""

    @property
    def words(self) -> str:
        """The last thing that was said in it."""
        return next((entry.words for entry in reversed(self.entries) if entry.words), "")

    def stands(self) -> dict[int, Entry]:
        """Step → how it ended the last time; steps that did not are absent."""
        found: dict[int, Entry] = {}
        for entry in self.entries:
            if entry.type == "end":
                found[entry.step] = entry
            elif entry.type == "begin":
                found.pop(entry.step, None)
        return found

    def intent(self, step: int, what: str, subject: str) -> Entry | None:
        """The last intent of this write, answered or not."""
        return self._last("intent", step, what, subject)

    def answer(self, step: int, what: str, subject: str) -> Entry | None:
        """The last answer to this write that was a success."""
        return self._last("answer", step, what, subject, ok=True)

    def _last(self, type_: str, step: int, what: str, subject: str, *, ok: bool | None = None) -> Entry | None:
        for entry in reversed(self.entries):
            same = (entry.type, entry.step, entry.what, entry.subject) == (type_, step, what, subject)
            if same and (ok is None or entry.ok is ok):
                return entry
        return None


class Journal:
    """The journal of one rotation, open for writing and locked."""

    def __init__(self, file: Path, stream: IO[bytes]) -> None:
        self.file = file
        self._stream = stream

    def write(self, entry: Entry) -> None:
        """Append a line; it is on the disk when this returns. Raises `JournalError`."""
        line = msgspec.json.encode(entry) + b"\n"
        try:
            self._stream.write(line)
            self._stream.flush()
            os.fsync(self._stream.fileno())
        except OSError as error:
            raise _failed(self.file, error) from None

    def close(self) -> None:
        """Give the file free."""
        with suppress(OSError):
            self._stream.close()


def begin(plan: Plan, at: float, by: str, server: str, environ: Mapping[str, str]) -> Journal:
    """Begin the journal of a plan; raises `JournalError` where that cannot be, a full disk among that."""
    folder = state_folder(environ)
    file = folder / f"{plan.id}.jsonl"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(folder).free < LEAST_FREE:
            raise JournalError(
                f"There is no room for the journal in {folder}: less than {LEAST_FREE >> 20} MiB are free.",
                hint=f"Make room, or name another folder with {STATE_VARIABLE}. Nothing was written to the cluster.",
            )
        stream = os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY, 0o600), "ab")
    except FileExistsError:
        raise JournalError(f"There is a journal of {plan.id} already: {file}.") from None
    except OSError as error:
        raise _failed(folder, error) from None
    journal = _locked(file, stream)
    try:
        journal.write(Entry("plan", at, plan=plan, by=by, server=place_of(server)))
    except BaseException:
        journal.close()
        raise
    return journal


def go_on(id_: str, environ: Mapping[str, str]) -> Journal:
    """Open the journal of a rotation to append to it; raises `JournalError` while another process holds it."""
    file = state_folder(environ) / f"{id_}.jsonl"
    try:
        stream = file.open("ab")
        size = file.stat().st_size
        with file.open("rb") as said:
            said.seek(max(0, size - 1))
            torn = size > 0 and said.read(1) != b"\n"
    except OSError as error:
        raise _failed(file, error) from None
    journal = _locked(file, stream)
    if torn:
        try:
            stream.write(b"\n")  # the line that was cut short ends here, and stays unread
        except OSError as error:
            raise _failed(file, error) from None
    return journal


def go_on_or_begin_abort(id_: str, environ: Mapping[str, str]) -> Journal:
    """The journal of a rotation, or where that is on another machine, one of its abort alone."""
    folder = state_folder(environ)
    if (folder / f"{id_}.jsonl").exists():
        return go_on(id_, environ)
    file = folder / f"{id_}{ABORT}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _locked(file, file.open("ab"))
    except OSError as error:
        raise _failed(file, error) from None


def read(id_: str, environ: Mapping[str, str]) -> Record | None:
    """Read a journal; None where there is none here. Raises `JournalError` where it says no plan."""
    file = state_folder(environ) / f"{id_}.jsonl"
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _failed(file, error) from None
    entries, torn = _entries(text)
    first = next(iter(entries), None)
    if first is None or first.type != "plan" or first.plan is None:
        raise JournalError(
            f"The journal {file} was cut short before it said its plan.",
            hint="Nothing was written to the cluster by then; plan anew.",
        )
    return Record(id_, first.plan, first.at, first.by, first.server, tuple(entries), torn)


def known(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of all journals here, the oldest first."""
    with suppress(OSError):
        files = state_folder(environ).glob("*.jsonl")
        return tuple(sorted(file.stem for file in files if not file.name.endswith(ABORT)))
    return ()


def save_report(id_: str, text: str, environ: Mapping[str, str]) -> Path:
    """Keep the report of a rotation beside its journal. Raises `JournalError`."""
    file = state_folder(environ) / f"{id_}.md"
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _failed(file, error) from None
    return file


def place_of(server: str) -> str:
    """Which API server it was, as a journal keeps it: its address may hold what is nobody else's business."""
    return hashlib.sha256(server.encode()).hexdigest()[:16]


def state_folder(environ: Mapping[str, str]) -> Path:
    """Where journals lie: under the state folder of this system, or the one that NODEVIEW_STATE_DIR names."""
    if named := environ.get(STATE_VARIABLE):
        return Path(named).expanduser() / "rotations"
    import platformdirs  # late: a screen that writes nothing does without

    return Path(platformdirs.user_state_dir("nodeview", appauthor=False)) / "rotations"


def _entries(text: bytes) -> tuple[list[Entry], bool]:
    """The lines that can be read; whether one could not, which is the last of a process that was ended."""
    found, torn = [], False
    for line in _lines(text):
        try:
            found.append(msgspec.json.decode(line, type=Entry))
        except (msgspec.DecodeError, UnicodeDecodeError):
            torn = True
    return found, torn


def _lines(text: bytes) -> Iterator[bytes]:
    return (line for line in text.split(b"\n") if line.strip())


def _locked(file: Path, stream: IO[bytes]) -> Journal:
    if fcntl is not None:
        try:
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            stream.close()
            raise JournalError(
                f"Another process carries out {file.stem} right now.", hint="Wait for its end, or stop it first."
            ) from None
    return Journal(file, stream)


def _failed(file: Path, error: OSError) -> JournalError:
    why = os.strerror(error.errno).lower() if error.errno else str(error)
    return JournalError(f"The journal cannot be kept in {file}: {why}.", hint="Nothing is written without it.")


__all__ = [
    "Entry",
    "Journal",
    "Record",
    "begin",
    "go_on",
    "known",
    "read",
    "save_report",
    "state_folder",
]
