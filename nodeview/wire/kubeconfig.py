"""Kubeconfig files, read and merged as kubectl does.

`--kubeconfig` names one file, which must exist. Otherwise `KUBECONFIG` lists files, of which absent ones
are skipped; unset or empty it stands for `~/.kube/config`. The first `current-context` wins, and so does
the first entry of a name: a later one is discarded whole, never merged into the first. A relative path
belongs to the folder of the file that holds it.

Values are secrets until proven otherwise: no message and no repr here quotes one. That is also why a
YAML error is told by line and column only, because the parser's own words quote the text.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from nodeview.errors import KubeconfigError

NAMES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """One named cluster, user or context (or a part of one), and the file that it stands in."""

    title: str
    """As a sentence names it: `user "anna"`."""
    file: Path
    fields: Mapping[str, object] = field(repr=False)
    name: str = ""
    """As the file has it; a part of an entry has none."""

    def text(self, key: str) -> str:
        """A string field, empty when absent or null."""
        value = self.fields.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong(key, "must be a string", "Put it in quotes.")
        return value

    def flag(self, key: str) -> bool:
        """A true or false field, false when absent or null."""
        value = self.fields.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return bool(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty when absent or null."""
        value = self.fields.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "must be a list of strings", "Put each of them in quotes.")
        return tuple(value)

    def part(self, key: str) -> Entry | None:
        """A mapping inside this entry, None when absent or null."""
        value = self.fields.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(key, "must be a mapping")
        return Entry(f"{key} of {self.title}", self.file, value)

    def parts(self, key: str) -> tuple[Entry, ...]:
        """A list of mappings inside this entry, empty when absent or null."""
        value = self.fields.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(key, "must be a list of mappings")
        return tuple(Entry(f"{key} of {self.title}", self.file, item) for item in value)

    def path(self, key: str) -> Path | None:
        """A file field, made absolute by the folder of the kubeconfig; None when absent."""
        return self.beside(text) if (text := self.text(key)) else None

    def beside(self, path: str) -> Path:
        """A path as the kubeconfig means it: relative to the folder that the kubeconfig is in."""
        return self.file.parent.absolute() / path

    def data(self, key: str) -> bytes | None:
        """The content of `<key>-data` (base64) or of the file that `<key>` names; the data goes first."""
        if encoded := self.text(f"{key}-data"):
            try:
                return base64.b64decode("".join(encoded.split()), validate=True)
            except (binascii.Error, ValueError):
                pass
            raise self.wrong(f"{key}-data", "is not base64")
        path = self.path(key)
        if path is None:
            return None
        try:
            return path.read_bytes()
        except OSError as error:
            raise self.wrong(key, f"names {path}, which cannot be read ({_why(error)})") from None

    def wrong(self, key: str, what: str, hint: str = "") -> KubeconfigError:
        """The error that says what is the matter with one field of this entry, without its value."""
        return KubeconfigError(f"{key} of {self.title} in {self.file} {what}.", hint=hint)


@dataclass(frozen=True, slots=True)
class Kubeconfig:
    """All files as one: who is where, and which context is current."""

    looked: tuple[str, ...]
    """Each file that was asked for, with what was found there when that is not a kubeconfig."""
    current_context: str
    contexts: Mapping[str, Entry]
    clusters: Mapping[str, Entry]
    users: Mapping[str, Entry]

    @property
    def empty(self) -> bool:
        """Whether the files say nothing at all, so that a service account may speak instead."""
        return not (self.contexts or self.clusters or self.users or self.current_context)


@dataclass(frozen=True, slots=True)
class Choice:
    """One context with its cluster and its user, all of which exist; a context may have no user."""

    context: str
    namespace: str
    cluster_name: str
    cluster: Entry
    user: Entry | None
    source: str = ""
    """The file that the context stands in."""


def read_kubeconfig(explicit: str | None, environ: Mapping[str, str]) -> Kubeconfig:
    """Read and merge the files that kubectl would read; `explicit` is the `--kubeconfig` flag."""
    looked: list[str] = []
    current = ""
    found: dict[str, dict[str, Entry]] = {"context": {}, "cluster": {}, "user": {}}
    for file in kubeconfig_files(explicit, environ):
        content = _content(file, must_exist=bool(explicit))
        if not content:
            looked.append(f"{file} ({'not there' if content is None else 'empty'})")
            continue
        looked.append(str(file))
        whole = Entry("the kubeconfig", file, content)
        current = current or whole.text("current-context")
        for kind, entries in found.items():
            for name, entry in _named(whole, kind):
                entries.setdefault(name, entry)
    return Kubeconfig(tuple(looked), current, found["context"], found["cluster"], found["user"])


def kubeconfig_files(explicit: str | None, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files that kubectl would read, in order, whether they exist or not."""
    if explicit:
        return (Path(explicit),)
    if listed := environ.get("KUBECONFIG"):
        return tuple(dict.fromkeys(Path(part) for part in listed.split(os.pathsep) if part))
    home = environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~")
    return (Path(home) / ".kube" / "config",)


def choose(kubeconfig: Kubeconfig, context: str | None) -> Choice:
    """The context asked for, or the current one, with its cluster and its user."""
    name = context or kubeconfig.current_context
    if not kubeconfig.contexts:
        where = ", ".join(kubeconfig.looked) or "KUBECONFIG, which names no file"
        raise KubeconfigError(
            f"No kubeconfig with a context was found; looked in {where}.",
            hint="Name one with --kubeconfig or KUBECONFIG, or try `nodeview demo`.",
        )
    if not name:
        raise KubeconfigError(
            f"The kubeconfig has no current-context; {_known(kubeconfig)}.",
            hint="Choose one with --context or `kubectl config use-context`.",
        )
    entry = kubeconfig.contexts.get(name)
    if entry is None:
        raise _unknown_context(kubeconfig, name, asked=bool(context))
    cluster_name = entry.text("cluster")
    cluster = _existing(kubeconfig.clusters, cluster_name, entry, "cluster")
    user_name = entry.text("user")
    user = _existing(kubeconfig.users, user_name, entry, "user") if user_name else None
    return Choice(name, entry.text("namespace") or "default", cluster_name, cluster, user, str(entry.file))


def _existing(entries: Mapping[str, Entry], name: str, context: Entry, kind: str) -> Entry:
    if not name:
        raise KubeconfigError(f"{_capital(context.title)} in {context.file} names no {kind}.")
    if name not in entries:
        raise KubeconfigError(
            f'{_capital(context.title)} in {context.file} names {kind} "{name}", which no file defines.',
            hint=f"Define it, or check that KUBECONFIG lists the file that has it ({_listed(entries)}).",
        )
    return entries[name]


def _unknown_context(kubeconfig: Kubeconfig, name: str, *, asked: bool) -> KubeconfigError:
    from difflib import get_close_matches  # only a mistake pays for it

    near = get_close_matches(name, list(kubeconfig.contexts), n=1, cutoff=0.5)
    what = f'There is no context "{name}"' if asked else f'The current-context "{name}" does not exist'
    suggestion = f'Did you mean "{near[0]}"?' if near else "Choose one of them with --context."
    return KubeconfigError(f"{what} in {', '.join(kubeconfig.looked)}; {_known(kubeconfig)}.", hint=suggestion)


def _known(kubeconfig: Kubeconfig) -> str:
    return f"known contexts: {_listed(kubeconfig.contexts)}"


def _listed(entries: Mapping[str, Entry]) -> str:
    names = sorted(entries)
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return (", ".join(names[:NAMES_SHOWN]) + more) or "none"


def _named(whole: Entry, kind: str) -> Iterator[tuple[str, Entry]]:
    """The entries of `contexts`, `clusters` or `users`; one without a body is an empty one, as in Go."""
    for item in whole.parts(f"{kind}s"):
        name = item.text("name")
        body = item.part(kind)
        yield name, Entry(f'{kind} "{name}"', whole.file, body.fields if body else {}, name)


def _content(file: Path, *, must_exist: bool) -> dict[str, object] | None:
    """What one file says: None when it is not there, an empty mapping when it is empty."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if not must_exist:
            return None
        raise KubeconfigError(f"The kubeconfig {file} does not exist.", hint="Check --kubeconfig.") from None
    except OSError as error:
        raise KubeconfigError(f"The kubeconfig {file} cannot be read ({_why(error)}).") from None
    except UnicodeDecodeError:
        raise KubeconfigError(f"The kubeconfig {file} is not a text file in UTF-8.") from None
    parsed, where = _parsed(text)
    if where is not None:
        raise KubeconfigError(f"The kubeconfig {file} is not valid YAML{where}.")
    if parsed is None:
        return {}
    if not isinstance(parsed, dict):
        raise KubeconfigError(f"The kubeconfig {file} is not a mapping of clusters, users and contexts.")
    return parsed


def _parsed(text: str) -> tuple[object, str | None]:
    """The value of a YAML or JSON text, or else where it breaks: no parser's error may be chained."""
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text), None
        except ValueError:
            pass  # flow YAML begins like this too
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return None, f": line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    except (yaml.YAMLError, ValueError, RecursionError):
        return None, ""


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
