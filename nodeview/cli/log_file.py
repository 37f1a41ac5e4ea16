"""The log file: where everything goes that must not be printed under the screen."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

MOST_BYTES = 4 << 20
"""A file that has grown beyond this is begun anew."""


def log_path() -> Path:
    """Where the log is, whether it exists yet or not; its folder does, if it can be made."""
    import platformdirs  # late: --version does without

    file = Path(platformdirs.user_log_dir("nodeview", appauthor=False)) / "nodeview.log"
    with suppress(OSError):  # then nothing is logged, which is no reason not to start
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return file


class _LogFile(logging.FileHandler):
    """A file that is made when there is something to say; one that cannot be written is not complained of."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            super().emit(record)


def log_to_file(*, debug: bool) -> None:
    """Send all logging and all Python warnings to the log file, and nothing anywhere else."""
    file = log_path()
    too_big = file.is_file() and file.stat().st_size > MOST_BYTES
    handler = _LogFile(file, "w" if too_big else "a", "utf-8", delay=True, errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if debug else logging.WARNING)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # nor is a disk that is full, on the screen
