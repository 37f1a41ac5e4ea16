"""A file that is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(file: Path, content: bytes, *, synced: bool = False) -> None:
    """Put this content in the place of what was there, readable to its owner alone. Raises OSError.

    Who reads meanwhile finds the one or the other. `synced` waits for the disk, so that a power cut changes nothing.
    """
    descriptor, new = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            if synced:
                out.flush()
                os.fsync(out.fileno())
        os.replace(new, file)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(new)
        raise
