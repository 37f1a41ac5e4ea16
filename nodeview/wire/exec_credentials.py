"""Credentials of an exec plugin: run once for all who ask, and again before what it gave expires."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from nodeview.wire.credentials import Clock
from nodeview.wire.exec_plugin import ExecPlugin, run_plugin
from nodeview.wire.renewal import Credential, RenewedCredentials


class ExecCredentials(RenewedCredentials):
    """What an exec plugin hands out. The plugin is run for the first time when somebody asks."""

    def __init__(
        self,
        plugin: ExecPlugin,
        environ: Mapping[str, str],
        *,
        clock: Clock = time.time,
        time_limit: float | None = None,
    ) -> None:
        """`clock` is the wall clock, in seconds since the epoch; `time_limit` is of one run, in seconds."""
        super().__init__(f"exec plugin {os.path.basename(plugin.command)}", clock=clock)
        self._plugin = plugin
        self._environ = environ
        self._time_limit = time_limit

    async def obtain(self) -> Credential:
        """Run the plugin once."""
        known = self._credential.token if self._credential else ""
        return await run_plugin(self._plugin, self._environ, self._time_limit, known)
