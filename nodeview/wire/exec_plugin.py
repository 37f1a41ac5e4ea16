"""Running an exec credential plugin (client.authentication.k8s.io), such as `aws eks get-token`.

The plugin shares nothing with our terminal: stdin is /dev/null, stderr is kept, and it is in a session of
its own, so that it can neither paint over the screen nor swallow keys. It has a minute; then it and all
that it started are killed. What it said last on stderr goes into the error, for that is what a person
needs to read ("The SSO session has expired"); what it said on stdout never does, for that is the secret.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from nodeview.errors import CredentialError
from nodeview.wire.credentials import is_header_safe
from nodeview.wire.redaction import printable, without_secrets
from nodeview.wire.renewal import Credential

API_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
TIME_LIMIT_S = 60.0
STDOUT_LIMIT = 1 << 20
STDERR_KEPT = 16 << 10
LAST_WORDS = 300
GRACE_S = 0.5
"""How long after its end we wait for a plugin's pipes, which a child it left behind may hold open."""

_SECRET_NAME = re.compile("secret|token|passw|key|credential", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ExecPlugin:
    """The plugin of one kubeconfig user; arguments and variables may be secrets and are not shown."""

    user: str
    """As a sentence names it: `user "anna"`."""
    command: str
    args: tuple[str, ...] = field(default=(), repr=False)
    env: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    api_version: str = API_VERSIONS[0]
    install_hint: str = ""
    cluster_info: Mapping[str, object] | None = field(default=None, repr=False)
    """`spec.cluster` for the plugin, when the kubeconfig says `provideClusterInfo`."""

    @property
    def title(self) -> str:
        """As a sentence begins with it."""
        return f'The exec plugin "{os.path.basename(self.command)}" of {self.user}'

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values of the kubeconfig's variables and flags whose names say that they are secret."""
        pairs = [arg.split("=", 1) for arg in self.args if "=" in arg]
        pairs += [[flag, value] for flag, value in pairwise(self.args) if flag.startswith("-")]
        return tuple(value for name, value in (*self.env, *pairs) if _SECRET_NAME.search(name))

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Our environment, the kubeconfig's additions, and `KUBERNETES_EXEC_INFO`."""
        spec: dict[str, object] = {"interactive": False}
        if self.cluster_info is not None:
            spec["cluster"] = self.cluster_info
        info = {"apiVersion": self.api_version, "kind": "ExecCredential", "spec": spec}
        return {**environ, **dict(self.env), "KUBERNETES_EXEC_INFO": json.dumps(info, default=str)}


async def run_plugin(
    plugin: ExecPlugin, environ: Mapping[str, str], time_limit: float | None = None, known: str = ""
) -> Credential:
    """Run the plugin once and read what it prints; raises `CredentialError`, without the token `known` so far.

    Cancelling it, too, kills the plugin and all that it started.
    """
    secrets = (known, *plugin.secrets)
    code, stdout, stderr = await _run(plugin, environ, time_limit or TIME_LIMIT_S, secrets)
    if code != 0:
        ending = f"was killed by signal {-code}" if code < 0 else f"failed with exit code {code}"
        raise CredentialError(
            f"{plugin.title} {ending}{last_words(stderr, secrets)}.", hint="Run `kubectl get nodes` to sign in again."
        )
    return parse_credential(plugin, stdout)


def parse_credential(plugin: ExecPlugin, stdout: bytes) -> Credential:
    """Read an ExecCredential; raises `CredentialError`, which never quotes what was read."""
    answer = _json_object(stdout)
    if answer is None or answer.get("kind") != "ExecCredential":
        raise CredentialError(f"{plugin.title} printed something that is not an ExecCredential.")
    if (version := answer.get("apiVersion")) != plugin.api_version:
        known = f"{version}" if version in API_VERSIONS else "another version"
        raise CredentialError(
            f"{plugin.title} answered in {known} where the kubeconfig asks for {plugin.api_version}.",
            hint="Update the plugin, or its apiVersion in the kubeconfig.",
        )
    status = answer.get("status")
    if not isinstance(status, dict):
        raise CredentialError(f"{plugin.title} answered without a status.")
    token = status.get("token") or ""
    certificate, key = status.get("clientCertificateData") or "", status.get("clientKeyData") or ""
    if not all(isinstance(text, str) for text in (token, certificate, key)):
        raise CredentialError(f"{plugin.title} printed something that is not an ExecCredential.")
    token = token.strip()
    if bool(certificate) != bool(key) or not (token or certificate):
        raise CredentialError(f"{plugin.title} answered with neither a token nor a certificate and its key.")
    if not is_header_safe(token):
        raise CredentialError(f"{plugin.title} answered with a token that cannot be sent in a header.")
    return Credential(token, (certificate, key) if certificate else None, _expiry(plugin, status))


def last_words(stderr: bytes | bytearray, secrets: Iterable[str] = ()) -> str:
    """The last line of a plugin's stderr as the end of a sentence, without escapes, secrets or full stop."""
    lines = [line.strip() for line in printable(stderr.decode(errors="replace")).splitlines()]
    said = next((line for line in reversed(lines) if line), "")
    return f": {without_secrets(said, secrets)[:LAST_WORDS].rstrip('.')}" if said else ""


def _expiry(plugin: ExecPlugin, status: Mapping[str, object]) -> float | None:
    expiry = status.get("expirationTimestamp")
    if expiry is None:
        return None
    with contextlib.suppress(TypeError, ValueError):
        moment = datetime.fromisoformat(expiry)  # type: ignore[arg-type]  # a TypeError is caught
        if moment.tzinfo is not None:
            return moment.timestamp()
    raise CredentialError(f"{plugin.title} answered with an expirationTimestamp that is not a time.")


def _json_object(text: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


async def _run(
    plugin: ExecPlugin, environ: Mapping[str, str], time_limit: float, secrets: tuple[str, ...]
) -> tuple[int, bytes, bytes]:
    """The exit code, stdout and the end of stderr of one run."""
    starting = asyncio.create_task(_start(plugin, environ), name="start of an exec plugin")
    try:
        transport, output = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # Cancelled itself, asyncio would kill the plugin but not its group, and wait for that to end.
        await asyncio.wait([starting])
        if starting.exception() is None:
            await _stop(*starting.result())
        raise
    try:
        async with asyncio.timeout(time_limit):
            await output.ended.wait()
    except TimeoutError:
        raise CredentialError(
            f"{plugin.title} gave no answer within {time_limit:g} s{last_words(output.stderr, secrets)}.",
            hint="Run `kubectl get nodes` to see what it waits for.",
        ) from None
    finally:
        await _stop(transport, output)
    if len(output.stdout) > STDOUT_LIMIT:
        raise CredentialError(f"{plugin.title} printed something that is not an ExecCredential.")
    return transport.get_returncode() or 0, bytes(output.stdout), bytes(output.stderr)


async def _start(plugin: ExecPlugin, environ: Mapping[str, str]) -> tuple[asyncio.SubprocessTransport, _Output]:
    try:
        return await asyncio.get_running_loop().subprocess_exec(
            _Output,
            plugin.command,
            *plugin.args,
            stdin=asyncio.subprocess.DEVNULL,
            env=plugin.environment(environ),
            start_new_session=True,
        )
    except FileNotFoundError:
        raise CredentialError(
            f"{plugin.title} was not found.",
            hint=printable(plugin.install_hint).strip() or "Install it, or put its folder on PATH.",
        ) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "its arguments or variables are not fit for a process"
        raise CredentialError(f"{plugin.title} cannot be run: {why}.") from None


class _Output(asyncio.SubprocessProtocol):
    """Both pipes of a plugin, read as they fill, so that a talkative one cannot block; bounded."""

    def __init__(self) -> None:
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.exited = asyncio.Event()
        self.ended = asyncio.Event()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 1:
            self.stdout += data
            if len(self.stdout) > STDOUT_LIMIT:
                self.ended.set()
        else:
            self.stderr += data
            del self.stderr[:-STDERR_KEPT]

    def process_exited(self) -> None:
        self.exited.set()
        asyncio.get_running_loop().call_later(GRACE_S, self.ended.set)

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended.set()


async def _stop(transport: asyncio.SubprocessTransport, output: _Output) -> None:
    """Kill what still runs of a plugin, and wait for its end."""
    _kill_group(transport)
    await output.exited.wait()
    transport.close()


def _kill_group(transport: asyncio.SubprocessTransport) -> None:
    """Kill a plugin that still runs, with its group; what an ended one left behind may stay."""
    if transport.get_returncode() is not None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(transport.get_pid(), signal.SIGKILL)
        else:
            transport.kill()
