"""Where settings come from: flags, the environment, our file, or the file of eks-node-viewer.

Our file is TOML, and may have a section per context, exact or with `*`; what a section says goes before
what the top of the file says, an exact section before a pattern, a later pattern before an earlier one:

    resources = ["cpu", "memory"]
    [context."prod-*"]
    theme = "light"
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import msgspec

from nodeview.errors import UsageError
from nodeview.settings.name_groups import located
from nodeview.settings.values import READERS, Settings

ENVIRONMENT = "NODEVIEW_"
CONFIG_VARIABLE = "NODEVIEW_CONFIG"
EKS_NODE_VIEWER = ".eks-node-viewer"
_PLACES = frozenset({"context", "kubeconfig"})
_FILE_ONLY = frozenset({"capacity_types", "name_groups"})
"""A table has no form as a text, and commas are part of patterns."""


class Given(msgspec.Struct, frozen=True):
    """One value as it was given: unread, and where, as the subject of a sentence."""

    value: object
    origin: str


Layer = Mapping[str, Given]
"""Setting → what one source says of it."""


class Sources(msgspec.Struct, frozen=True):
    """All that was given, not yet for one context: the last layer is the strongest."""

    top: Layer
    sections: tuple[tuple[str, Layer], ...]
    over: tuple[Layer, ...]

    def place(self) -> Settings:
        """The settings without those of any section: for which kubeconfig and context are meant."""
        return _settings([self.top, *self.over])

    def settings(self, context: str) -> Settings:
        """The settings for this context. Raises `UsageError` that names the origin of a wrong value."""
        matching = [(name == context, layer) for name, layer in self.sections if fnmatchcase(context, name)]
        sections = [layer for _, layer in sorted(matching, key=lambda one: one[0])]
        return _settings([self.top, *sections, *self.over])


def read_sources(flags: Mapping[str, object], environ: Mapping[str, str]) -> Sources:
    """Gather what was given. `flags` are settings by name (`extra_labels`), as texts or bools.

    Raises `UsageError` when a file cannot be read or has an unknown key.
    """
    file = config_file(environ)
    top, sections = _toml(file, must_exist=bool(environ.get(CONFIG_VARIABLE)))
    if top is None:
        top = _eks_node_viewer(Path(_home(environ)) / EKS_NODE_VIEWER)
    if environ.get("KUBECONFIG"):
        top = {name: given for name, given in top.items() if name != "kubeconfig"}
    return Sources(top, tuple(sections), (_environment(environ), _flags(flags)))


def config_file(environ: Mapping[str, str]) -> Path:
    """Our settings file, whether it is there or not."""
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named).expanduser()
    import platformdirs  # late: --version does without

    return Path(platformdirs.user_config_dir("nodeview", appauthor=False)) / "config.toml"


def _settings(layers: list[Layer]) -> Settings:
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        for name, given in layer.items():
            try:
                values[name] = READERS[name](given.value)
            except ValueError as error:
                raise UsageError(f"{given.origin} {error}.") from None
            origins[name] = given.origin
    return Settings(**values, origins=origins)


def _flags(flags: Mapping[str, object]) -> Layer:
    return {name: Given(value, f"--{_dashed(name)}") for name, value in flags.items()}


def _environment(environ: Mapping[str, str]) -> Layer:
    """Variables of ours; an empty one is as good as unset, and unknown ones may belong to others."""
    named = {name: f"{ENVIRONMENT}{name.upper()}" for name in READERS if name not in _FILE_ONLY}
    return {name: Given(environ[key], key) for name, key in named.items() if environ.get(key)}


def _toml(file: Path, *, must_exist: bool) -> tuple[Layer | None, list[tuple[str, Layer]]]:
    """The top of our file and its sections; None when there is no such file."""
    text = _read(file, must_exist=must_exist)
    if text is None:
        return None, []
    import tomllib  # late: only who has a file pays for it

    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{short(file)} is not valid TOML: {error}.") from None
    _locate(content, text, file)
    sections = _sections(content, file)
    return _layer(content, short(file), READERS), sections


def _locate(content: dict[str, Any], text: str, file: Path) -> None:
    """Note the line of each pattern of names, at the top and in the sections."""
    contexts = content.get("context")
    tables = [content, *(contexts.values() if isinstance(contexts, dict) else ())]
    for table in tables:
        for key in ("name-groups", "name_groups"):
            if isinstance(table, dict) and key in table:
                table[key] = located(table[key], text, short(file))


def _sections(content: dict[str, Any], file: Path) -> list[tuple[str, Layer]]:
    """Take the context sections out of a file's content; a plain `context = "x"` stays."""
    tables = content.get("context")
    if not isinstance(tables, dict):
        return []
    del content["context"]
    allowed = [name for name in READERS if name not in _PLACES]
    sections: list[tuple[str, Layer]] = []
    for name, table in tables.items():
        where = f'[context."{name}"] of {short(file)}'
        if not isinstance(table, dict):
            raise UsageError(f"{where} must be a table of settings.")
        sections.append((name, _layer(table, where, allowed)))
    return sections


def _layer(table: Mapping[str, object], where: str, allowed: Mapping[str, object] | list[str]) -> Layer:
    layer: dict[str, Given] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in allowed:
            raise UsageError(f'{where} has an unknown setting "{key}".', hint=_nearest(name, allowed))
        layer[name] = Given(value, f"{key} in {where}")
    return layer


def _nearest(name: str, allowed: Mapping[str, object] | list[str]) -> str:
    from difflib import get_close_matches  # late: only a mistake pays for it

    near = get_close_matches(name, list(allowed), n=1, cutoff=0.5)
    if near:
        return f'Did you mean "{_dashed(near[0])}"?'
    return f"Known are {', '.join(_dashed(one) for one in allowed)}."


def _eks_node_viewer(file: Path) -> Layer:
    """Its `option=value` lines; as there, what is not such a line or not an option of ours is passed over."""
    text = _read(file, must_exist=False) or ""
    return {name: Given(value, f"{_dashed(name)} in {short(file)}") for name, value in _pairs(text)}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        name = key.strip().replace("-", "_")
        if equals and not key.startswith("#") and name in READERS and name not in _FILE_ONLY and value.strip():
            yield name, value.strip()


def _read(file: Path, *, must_exist: bool) -> str | None:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        if not must_exist:
            return None
        raise UsageError(f"{CONFIG_VARIABLE} names {file}, which does not exist.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{short(file)} is not a text file in UTF-8.") from None
    except OSError as error:
        raise UsageError(f"{short(file)} cannot be read ({(error.strerror or '').lower()}).") from None


def _home(environ: Mapping[str, str]) -> str:
    return environ.get("HOME") or os.path.expanduser("~")


def short(file: Path) -> str:
    """The path as a person writes it, with `~` for their home."""
    home = Path.home()
    return f"~/{file.relative_to(home)}" if file.is_relative_to(home) else str(file)


def _dashed(name: str) -> str:
    return name.replace("_", "-")
