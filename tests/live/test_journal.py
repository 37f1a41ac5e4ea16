"""The journal of a rotation: what is on the disk, what is torn, and who may write."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from nodeview.actions.plan import Plan, Step, Subject, Verdict
from nodeview.errors import JournalError
from nodeview.live import journal as journals
from nodeview.live.journal import Entry

PLAN = Plan(
    "20261121-1",
    "rotation",
    "rotate",
    "ctx",
    "cluster",
    1.0,
    (),
    (Step(1, "cordon", Subject("Node", "n", uid="u"), "why", "kubectl cordon n"),),
    blockers=(Verdict("R4", "shop/x", "said", accepted=True),),
    options={"until": "empty", "settle_s": 3, "accept": None, "evict_rest": True},
)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A state folder of its own."""
    return {journals.STATE_VARIABLE: str(tmp_path)}


def test_a_plan_comes_back_as_it_was(environ: dict[str, str]) -> None:
    journals.begin(PLAN, 5.0, "ann@host", "https://here", environ).close()
    record = journals.read(PLAN.id, environ)
    assert record is not None
    assert (record.plan, record.began, record.by, record.server) == (
        PLAN,
        5.0,
        "ann@host",
        journals.place_of("https://here"),
    )
    assert journals.known(environ) == (PLAN.id,)
    assert journals.read("other", environ) is None
    file = journals.state_folder(environ) / f"{PLAN.id}.jsonl"
    assert "https://here" not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_each_line_is_on_the_disk_before_the_write_goes_on(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def watched(fd: int) -> None:
        synced.append(os.fstat(fd).st_size)
        fsync(fd)

    monkeypatch.setattr(os, "fsync", watched)
    journal = journals.begin(PLAN, 5.0, "", "", environ)
    journal.write(Entry("intent", 6.0, 1, "node/n", "cordon"))
    assert len(synced) == 2
    assert synced[1] == journal.file.stat().st_size
    journal.close()


def test_a_last_line_that_was_cut_short_is_passed_over(environ: dict[str, str]) -> None:
    journal = journals.begin(PLAN, 5.0, "", "", environ)
    journal.write(Entry("intent", 6.0, 1, "node/n", "cordon"))
    journal.write(Entry("answer", 7.0, 1, "node/n", "cordon"))
    journal.close()
    whole = journal.file.read_bytes()
    journal.file.write_bytes(whole[:-9])
    torn = journals.read(PLAN.id, environ)
    assert torn is not None
    assert torn.torn
    assert torn.intent(1, "cordon", "node/n") is not None
    assert torn.answer(1, "cordon", "node/n") is None
    again = journals.go_on(PLAN.id, environ)
    again.write(Entry("resumed", 8.0))
    again.close()
    after = journals.read(PLAN.id, environ)
    assert after is not None
    assert [entry.type for entry in after.entries] == ["plan", "intent", "resumed"]


@pytest.mark.parametrize("kept", [0, 1, 40])
def test_one_without_its_plan_says_so(environ: dict[str, str], kept: int) -> None:
    journal = journals.begin(PLAN, 5.0, "", "", environ)
    journal.close()
    journal.file.write_bytes(journal.file.read_bytes()[:kept])
    with pytest.raises(JournalError, match="cut short"):
        journals.read(PLAN.id, environ)


def test_two_do_not_write_one_journal(environ: dict[str, str]) -> None:
    first = journals.begin(PLAN, 5.0, "", "", environ)
    with pytest.raises(JournalError, match="already"):
        journals.begin(PLAN, 5.0, "", "", environ)
    with pytest.raises(JournalError, match="Another process"):
        journals.go_on(PLAN.id, environ)
    first.close()
    journals.go_on(PLAN.id, environ).close()


def test_a_full_disk_refuses_before_the_first_write(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10, 10, 100))
    with pytest.raises(JournalError, match="no room"):
        journals.begin(PLAN, 5.0, "", "", environ)
    assert journals.known(environ) == ()


def test_a_disk_that_fills_up_later_is_said(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    journal = journals.begin(PLAN, 5.0, "", "", environ)

    def full(fd: int) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(JournalError, match="no space left"):
        journal.write(Entry("intent", 6.0))
    journal.close()


def test_what_is_over_and_what_was_begun_again(environ: dict[str, str]) -> None:
    journal = journals.begin(PLAN, 5.0, "", "", environ)
    for entry in (
        Entry("begin", 6.0, 1),
        Entry("end", 7.0, 1, stand="failed", words="403"),
        Entry("finished", 8.0, stand="failed", words="one failed"),
    ):
        journal.write(entry)
    record = journals.read(PLAN.id, environ)
    assert record is not None
    assert (record.ended, record.words, record.stands()[1].stand) == ("failed", "one failed", "failed")
    journal.write(Entry("resumed", 9.0))
    journal.write(Entry("begin", 9.0, 1))
    journal.close()
    record = journals.read(PLAN.id, environ)
    assert record is not None
    assert (record.ended, record.stands()) == ("", {})


def test_an_abort_on_another_machine_has_a_journal_of_its_own(environ: dict[str, str]) -> None:
    journal = journals.go_on_or_begin_abort("elsewhere", environ)
    journal.write(Entry("aborted", 1.0))
    journal.close()
    assert journals.known(environ) == ()
    assert journals.read("elsewhere", environ) is None


def test_a_report_lies_beside_it(environ: dict[str, str]) -> None:
    journals.begin(PLAN, 5.0, "", "", environ).close()
    file = journals.save_report(PLAN.id, "# done\n", environ)
    assert file.read_text() == "# done\n"
    assert file.parent == journals.state_folder(environ)
