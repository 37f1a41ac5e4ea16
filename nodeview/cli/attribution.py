"""Acknowledgements of the open-source packages that nodeview stands on, as they describe themselves."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from importlib import metadata

_NAME = re.compile(r"[\w.-]+", re.ASCII)


def acknowledgements() -> str:
    """One line per package: name, version, licence, home; read from what is installed here."""
    rows = sorted(_row(one) for one in _required("nodeview"))
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(3)]
    lines = ["nodeview stands on these open-source packages, with thanks:", ""]
    lines += ["  ".join(text.ljust(width) for text, width in zip(row, (*widths, 0), strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _required(name: str) -> Iterator[metadata.Distribution]:
    """What this package requires, and what that requires, without extras and without itself."""
    waiting, seen = deque([name]), {_folded(name)}
    while waiting:
        try:
            found = metadata.distribution(waiting.popleft())
        except metadata.PackageNotFoundError:
            continue
        if _folded(found.name) != name:
            yield found
        for requirement in found.requires or ():
            match = _NAME.match(requirement)
            if match and "extra ==" not in requirement and _folded(match[0]) not in seen:
                seen.add(_folded(match[0]))
                waiting.append(match[0])


def _row(found: metadata.Distribution) -> tuple[str, str, str, str]:
    said = found.metadata
    licence = _field(said, "License-Expression") or _first_line(_field(said, "License")) or _classified(said)
    return found.name, found.version, licence or "see its home", _home(said)


def _classified(said: metadata.PackageMetadata) -> str:
    prefix = "License :: "
    found = [text for text in said.get_all("Classifier") or () if text.startswith(prefix)]
    return found[0].rpartition(" :: ")[2] if found else ""


def _field(said: metadata.PackageMetadata, name: str) -> str:
    return str(said.json.get(name.lower().replace("-", "_"), ""))


def _first_line(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first if len(first) <= 40 else ""


def _home(said: metadata.PackageMetadata) -> str:
    urls = [url.partition(", ") for url in said.get_all("Project-URL") or ()]
    wanted = ("homepage", "home", "source", "source code", "repository", "github")
    named = [url for name, _, url in urls if name.lower() in wanted] or [url for _, _, url in urls]
    return _field(said, "Home-page") or (named[0] if named else "")


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
