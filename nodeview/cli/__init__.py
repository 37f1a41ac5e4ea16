"""The front door: reads arguments, builds the house, opens it.

Importing this package loads neither the screen nor the wire; each subcommand imports what it needs.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from nodeview.cli.arguments import Asked, parse
from nodeview.errors import NodeviewError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run nodeview and return its exit code; what went wrong is a sentence or two on stderr."""
    try:
        code = _run(parse(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
        return code
    except NodeviewError as error:
        _log("ended with an error", always=False)
        print(f"nodeview: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has read enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        file = _log("ended with a fault of its own", always=True)
        print(
            f"nodeview: An internal fault ended it: {type(error).__name__}. The log has more: {file}", file=sys.stderr
        )
        return 1


def _run(asked: Asked) -> int:
    if asked.options.version:
        from nodeview import __version__

        print(f"nodeview {__version__}")
    elif asked.options.help:
        from nodeview.cli.help import help_of
        from nodeview.settings import config_file

        print(help_of(asked.command, str(config_file(os.environ))), end="")
    elif asked.options.attribution:
        from nodeview.cli.attribution import acknowledgements

        print(acknowledgements())
    else:
        return _command(asked)
    return 0


def _command(asked: Asked) -> int:
    if asked.command == "report" and asked.options.schema:
        from nodeview.report.schema import schema_text

        print(schema_text(asked.options.schema), end="")
        return 0
    if asked.command == "doctor" and asked.options.role:
        from nodeview.cli.doctor import role_text

        print(role_text(asked.options.role), end="")
        return 0
    gc.disable()  # imports make nothing to collect; whoever follows a cluster turns it on again
    from nodeview.cli.log_file import log_to_file
    from nodeview.settings import read_sources

    log_to_file(debug=bool(asked.options.debug))
    sources = read_sources(asked.settings, os.environ)
    if asked.command == "demo":
        from nodeview.cli.demo import run_demo

        return run_demo(sources, asked.options)
    if asked.command == "report":
        from nodeview.cli.report import run_report

        return run_report(sources, asked)
    if asked.command == "rotate":
        from nodeview.cli.rotate import run_rotate

        return run_rotate(sources, asked)
    if asked.command == "prices":
        from nodeview.cli.prices import run_prices

        return run_prices(sources, asked)
    if asked.command == "doctor":
        from nodeview.cli.doctor import run_doctor

        return run_doctor(sources, asked)
    from nodeview.cli.dashboard import run_dashboard

    return run_dashboard(sources)


def _log(what: str, *, always: bool) -> str:
    """Write the traceback of what is being handled to the log file, when asked to; returns where that is."""
    import logging

    from nodeview.cli.log_file import log_path, log_to_file

    log = logging.getLogger(__name__)
    if always and not logging.getLogger().handlers:
        log_to_file(debug=False)
    log.log(logging.ERROR if always else logging.DEBUG, "nodeview %s", what, exc_info=True)
    return str(log_path())
