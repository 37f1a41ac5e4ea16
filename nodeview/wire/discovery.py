"""What this API server is: its version, and which versions of a group it serves."""

from __future__ import annotations

import re

from nodeview.errors import NotFound, Unreachable
from nodeview.records import ServerVersion
from nodeview.wire.transport import Transport

_GIT_VERSION = re.compile(r"v?(\d+)\.(\d+)")
_DIGITS = re.compile(r"\d+")


async def server_version(transport: Transport) -> ServerVersion:
    """GET /version. Raises as `Transport` does, and `Unreachable` for an answer that names no version."""
    said = await transport.get_json("/version")
    version = parse_version(said)
    if version is None:
        raise Unreachable(
            f"{transport.server} does not answer as an API server does: /version names no version.",
            hint="Look at the server of the kubeconfig's context, and at proxies on the way.",
        )
    return version


def parse_version(said: object) -> ServerVersion | None:
    """Read the answer of /version: `gitVersion` (`v1.34.2-eks-1a2b3c4`), or `major` and `minor` (`30+`)."""
    if not isinstance(said, dict):
        return None
    text = str(said.get("gitVersion") or "")
    if found := _GIT_VERSION.match(text):
        return ServerVersion(int(found[1]), int(found[2]), text)
    major, minor = (_DIGITS.match(str(said.get(name) or "")) for name in ("major", "minor"))
    if major is None or minor is None:
        return None
    return ServerVersion(int(major[0]), int(minor[0]), text or f"v{major[0]}.{minor[0]}")


async def served_versions(transport: Transport, group: str) -> tuple[str, ...]:
    """GET /apis/GROUP: the versions of the group that are served, the preferred first; empty when it is absent."""
    try:
        said = await transport.get_json(f"/apis/{group}")
    except NotFound:
        return ()
    versions = [one.get("version") for one in said.get("versions") or ()] if isinstance(said, dict) else []
    return tuple(version for version in versions if isinstance(version, str))
