"""The command line: eks-node-viewer's flags as Go reads them, our own, and the subcommands.

`normalise` turns every accepted spelling into one (`--name=value`, `--name`, `--no-name`); argparse sees
only that. Settings stay text here: what they may be is one rule for flags, environment and files.
"""

from __future__ import annotations

import argparse
import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, NoReturn

from nodeview.cli.rotate_arguments import FLAGS_OF_ROTATE
from nodeview.errors import UsageError

SCENARIOS = ("quiet", "busy", "preemption", "consolidation", "upgrade", "large")
OUTPUTS = ("table", "json", "csv", "markdown")
DIAGNOSES = ("table", "json")
SCHEMAS = ("report", "doctor", "prices", "plan")
ROLES = ("view", "act")
COMMANDS = ("dashboard", "demo", "report", "rotate", "prices", "doctor")

SETTINGS = (
    "context", "kubeconfig", "resources", "extra-labels", "node-selector", "node-sort", "group-by", "filter",
    "name-pattern", "style", "theme", "fps", "headroom-shape", "prices", "price-file",
)  # fmt: skip
SWITCHES = ("ascii", "mouse", "disable-pricing", "read-only")
"""Settings that are on or off."""
QUESTIONS = ("version", "help", "attribution")
"""Answered instead of doing anything."""
ALONE = {"schema": SCHEMAS[0], "role": ROLES[0]}
"""Flags that may stand without their value, and what that means."""
SHORT = {"h": "help", "v": "version", "o": "output"}
_TRUTHS = {"1": True, "t": True, "true": True, "0": False, "f": False, "false": False}


class Flag(NamedTuple):
    """One flag: how its text is read (None for one that is on or off), and the only commands it belongs to, if any."""

    read: Callable[[str], Any] | None
    commands: tuple[str, ...] = ()
    many: bool = False
    """It may be given more than once."""


class Asked(NamedTuple):
    """What a command line asks for. `settings` are those that were given, by name, as texts or bools."""

    command: str
    settings: dict[str, object]
    options: argparse.Namespace
    """Every other flag, by its name, None where it was not given."""


def parse(arguments: Sequence[str]) -> Asked:
    """Read a command line (without the program's name). Raises `UsageError` with one sentence."""
    tokens = normalise(arguments)
    words = [token for token in tokens if not token.startswith("--")]
    command = words[0] if words else "dashboard"
    if command not in COMMANDS[1:] and words:
        raise UsageError(f'There is no command "{command}".', hint=_nearest(command, COMMANDS[1:]))
    flags = [token for token in tokens if token.startswith("--")]
    options = _parser(command).parse_args([*words[1:], *flags])
    names = [name.replace("-", "_") for name in (*SETTINGS, *SWITCHES)]
    settings = {name: value for name in names if (value := vars(options)[name]) is not None}
    return Asked(command, settings, options)


def normalise(arguments: Sequence[str]) -> list[str]:
    """Each flag in one form, with its value in the same token; words stay words.

    One dash or two; the value after `=` or in the next argument, whatever that begins with, as Go's flag
    package has it; `-flag=true` and `-flag=false`. Raises `UsageError` for an unknown flag, naming the nearest.
    """
    rest = deque(arguments)
    tokens: list[str] = []
    while rest and (argument := rest.popleft()) != "--":
        is_flag = argument.startswith("-") and argument != "-"
        tokens.append(_normalised(argument, rest) if is_flag else argument)
    return [*tokens, *rest]


def _normalised(argument: str, rest: deque[str]) -> str:
    name, equals, value = argument.lstrip("-").partition("=")
    name = SHORT.get(name, name)
    if name not in FLAGS and not argument.startswith("--") and name.startswith("o") and name[1:] in OUTPUTS:
        name, equals, value = "output", "=", name[1:]
    switch = name.removeprefix("no-") if name not in FLAGS else name
    flag = FLAGS.get(switch)
    if flag is None or (switch != name and flag.read is not None):
        raise UsageError(f"There is no flag {argument.partition('=')[0]}.", hint=_nearest_flag(name))
    if flag.read is None:
        return _switch(switch, (value if equals else "true"), negated=switch != name)
    if equals:
        return f"--{name}={value}"
    if name in ALONE and (not rest or rest[0].startswith("-")):
        return f"--{name}={ALONE[name]}"
    if not rest:
        raise UsageError(f"--{name} needs a value.", hint="See `nodeview --help`.")
    return f"--{name}={rest.popleft()}"


def _switch(name: str, value: str, *, negated: bool) -> str:
    on = _TRUTHS.get(value.lower())
    if on is None:
        raise UsageError(f'--{name} is on or off, so "{value}" must be true or false.')
    return f"--{name}" if on != negated else f"--no-{name}"


def _nearest_flag(name: str) -> str:
    near = _close_to(name, FLAGS)
    return f"Did you mean --{near}?" if near else "See `nodeview --help`."


def _nearest(word: str, known: Sequence[str]) -> str:
    near = _close_to(word, known)
    return f'Did you mean "{near}"?' if near else f"There are {', '.join(known)}."


def _close_to(word: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # late: only a mistake pays for it

    return next(iter(get_close_matches(word, known, n=1, cutoff=0.5)), None)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Whatever argparse finds is one sentence of ours."""
        raise UsageError(f"{message[:1].upper()}{message[1:].rstrip('.')}.", hint="See `nodeview --help`.")


def _parser(command: str) -> argparse.ArgumentParser:
    parser = _Parser(prog="nodeview", add_help=False, allow_abbrev=False)
    for name, flag in _flags_of(command):
        if flag.commands and command not in flag.commands:
            parser.add_argument(f"--{name}", action=_Misplaced, nargs="?")
        elif flag.read is None:
            parser.add_argument(f"--{name}", action=argparse.BooleanOptionalAction)
        else:
            parser.add_argument(f"--{name}", type=flag.read, action="append" if flag.many else "store")
    if command == "demo":
        parser.add_argument("scenario", nargs="?", default="busy", type=_one_of("The scenario", SCENARIOS))
    if command == "rotate":
        parser.add_argument("words", nargs="*")
    return parser


def _flags_of(command: str) -> Iterable[tuple[str, Flag]]:
    """Every flag as this command reads it; some mean another thing when they rotate nodes."""
    for name, flag in FLAGS.items():
        own = FLAGS_OF_ROTATE.get(name) if command == "rotate" else None
        yield name, flag if own is None else Flag(own.read, ("rotate",), own.many)


class _Misplaced(argparse.Action):
    def __call__(self, parser: object, namespace: object, values: object, option_string: object = None) -> None:
        """A flag of another command."""
        commands = " and ".join(f"`nodeview {one}`" for one in FLAGS[self.dest.replace("_", "-")].commands)
        raise UsageError(f"{self.option_strings[0]} is a flag of {commands} only.")


def _one_of(subject: str, known: Sequence[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise UsageError(f'{subject} cannot be "{text}".', hint=_nearest(text, known))
        return text

    return read


def _number(name: str, low: float, high: float, kind: type[int] | type[float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = kind(-1)
        if not low <= number <= high:
            whole = "whole number" if kind is int else "number"
            raise UsageError(f'--{name} must be a {whole} from {low:g} to {high:g}, not "{text}".')
        return number

    return read


def _region(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}", text):
        raise UsageError(f'--region must be a region of AWS such as eu-west-1, not "{text}".')
    return text


FLAGS: dict[str, Flag] = {
    **{name: Flag(one.read, ("rotate",), one.many) for name, one in FLAGS_OF_ROTATE.items()},
    **{name: Flag(str) for name in SETTINGS},
    **{name: Flag(None) for name in (*SWITCHES, *QUESTIONS, "debug")},
    "output": Flag(_one_of("--output", OUTPUTS), ("report", "rotate", "prices", "doctor")),
    "watch": Flag(None, ("report",)),
    "audit": Flag(None, ("report",)),
    "every": Flag(_number("every", 0.1, 86_400, float), ("report",)),
    "timeout": Flag(_number("timeout", 0.1, 86_400, float), ("report", "rotate", "prices", "doctor")),
    "schema": Flag(_one_of("--schema", SCHEMAS), ("report",)),
    **{name: Flag(None, ("prices",)) for name in ("refresh", "build", "clear-price-cache")},
    "explain": Flag(str, ("prices",)),
    "region": Flag(_region, ("prices",), many=True),
    "role": Flag(_one_of("--role", ROLES), ("doctor",)),
    "seed": Flag(_number("seed", 0, 2**63 - 1, int), ("demo",)),
    "speed": Flag(_number("speed", 0.01, 1000, float), ("demo",)),
    "nodes": Flag(_number("nodes", 1, 20_000, int), ("demo", "rotate")),
    "pods": Flag(_number("pods", 0, 500_000, int), ("demo",)),
    "churn": Flag(_number("churn", 0, 10_000, float), ("demo",)),
}
"""Every flag by its name without dashes."""
