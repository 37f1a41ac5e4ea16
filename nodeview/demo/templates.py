"""Objects that are kept as a template and the few values that differ, for sets of a hundred thousand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from nodeview.demo.resources import Obj
from nodeview.demo.store import Entry, Key, dumps

_HOLE = re.compile(rb'"@#(\w+)@"|@(\w+)@')
Values = Mapping[str, str]


class Template:
    """Bytes of an object with holes: ``@name@`` within text, ``"@#name@"`` where a number or a word stands."""

    def __init__(self, obj: Obj, head: Callable[[Values], Obj]):
        raw = dumps(obj)
        self.names = [(found[1] or found[2]).decode() for found in _HOLE.finditer(raw)]
        self.text = _HOLE.sub(b"\0", raw).replace(b"%", b"%%").replace(b"\0", b"%b")
        self.head = head

    def render(self, values: Values) -> bytes:
        """The object's bytes."""
        return self.text % tuple(values[name].encode() for name in self.names)


class Rendered(Entry):
    """An entry whose bytes are made each time they are asked for: time is cheaper here than memory."""

    __slots__ = ("template", "values")

    def __init__(self, key: Key, version: int, template: Template, values: Values):
        super().__init__(key, version, None)
        self.template = template
        self.values = values

    @property
    def raw(self) -> bytes:
        """The object's bytes, rendered now."""
        return self.template.render(_Versioned(self.values, self.version))

    @property
    def obj(self) -> Obj:
        """The object, decoded now."""
        found: Obj = json.loads(self.raw)
        return found

    @property
    def head(self) -> Obj:
        """What selectors look at, without rendering the rest."""
        return self.template.head(self.values)

    def moved(self, version: int) -> Entry:
        """The same object under another version."""
        return Rendered(self.key, version, self.template, self.values)


class _Versioned(dict[str, str]):
    """Values and the version they were written under."""

    def __init__(self, values: Values, version: int):
        super().__init__(values)
        self["version"] = str(version)
