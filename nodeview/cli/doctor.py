"""`nodeview doctor`: what works here, permission by permission, and what is lost without it."""

from __future__ import annotations

import locale
import os
import shutil
import sys
from collections.abc import Mapping

from nodeview.cli.arguments import DIAGNOSES, Asked
from nodeview.cli.place import settle
from nodeview.cli.stopping import run_until_stopped
from nodeview.diagnosis import ACT, VIEW, Check, act_rules, role_yaml, view_rules
from nodeview.errors import UsageError
from nodeview.report.doctor_report import DoctorOutput, render_doctor
from nodeview.settings import Sources

TIMEOUT_S = 60.0
LEAST_WIDTH, LEAST_HEIGHT = 60, 8


def run_doctor(sources: Sources, asked: Asked) -> int:
    """Look at the cluster that was asked for, print what was found, and return the exit code."""
    output: DoctorOutput = asked.options.output or "table"
    if output not in DIAGNOSES:
        raise UsageError(f'A diagnosis cannot be written as "{output}".', hint=f"There are {' and '.join(DIAGNOSES)}.")
    _, connection = settle(sources)
    from nodeview.live.doctor import examine  # after the command line was found right

    size = shutil.get_terminal_size(fallback=(0, 0)) if _on_terminal() else None
    here = (terminal_check(os.environ, locale.getpreferredencoding(False), size),)
    found = run_until_stopped(examine(connection, asked.options.timeout or TIMEOUT_S, here))
    sys.stdout.write(render_doctor(found, output))
    return found.exit_code


def role_text(role: str) -> str:
    """The ClusterRole for looking (`view`), or that and the one for acting (`act`), as YAML."""
    view = role_yaml(VIEW, view_rules())
    return view if role == "view" else f"{view}---\n{role_yaml(ACT, act_rules())}"


def terminal_check(environ: Mapping[str, str], encoding: str, size: tuple[int, int] | None) -> Check:
    """Size, colours and characters of the terminal; `size` is (columns, lines), None without a terminal."""
    unicode = encoding.lower().replace("-", "") in ("utf8", "utf16")
    letters = "unicode" if unicode else f"{encoding or 'no'} characters"
    if size is None:
        return Check("terminal", "ok", f"none here, {letters}; `nodeview report` needs none")
    columns, lines = size
    said = f"{columns} × {lines}, {_colours(environ)}, {letters}"
    if columns < LEAST_WIDTH or lines < LEAST_HEIGHT:
        return Check("terminal", "caution", said, f"The dashboard needs {LEAST_WIDTH} × {LEAST_HEIGHT} at least.")
    if not unicode:
        return Check("terminal", "caution", said, "Choose a UTF-8 locale, or give --ascii.")
    if environ.get("TERM", "") in ("", "dumb"):
        return Check("terminal", "caution", said, "The dashboard needs a terminal that can move its cursor; see TERM.")
    return Check("terminal", "ok", said)


def _colours(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "no colours (NO_COLOR)"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in environ.get("TERM", "") else "16 colours or fewer"


def _on_terminal() -> bool:
    """As the dashboard asks: it reads stdin and is drawn on stderr."""
    ends = (sys.__stdin__, sys.__stderr__)
    return all(end is not None and end.isatty() for end in ends)
