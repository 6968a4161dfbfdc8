"""Standard input, output and error: the same bytes everywhere, and a quiet end where one of them is gone or full."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from contextlib import suppress

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EBADF}
"""Errors of a disk that is full or broken, and of an output that was closed."""


class Tolerant(io.TextIOWrapper):
    """Standard error: where nothing can be written to it, the work goes on without a word."""

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


def prepare() -> None:
    """The same bytes on every machine; and, as every Unix tool, end quietly when the reader of a pipe has gone.

    A descriptor that was closed is taken by one of nothing, so that no file opened later gets its number.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # What is written to an output that was closed shall fail; nobody waits for errors.
            nothing = os.open(os.devnull, os.O_WRONLY if descriptor == 2 else os.O_RDONLY)
            if nothing != descriptor:
                os.dup2(nothing, descriptor)
                os.close(nothing)
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)))
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.BufferedWriter(io.FileIO(2, "w", closefd=False)))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = Tolerant(sys.stderr.detach(), "utf-8", "backslashreplace", "\n", line_buffering=True)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def is_full(error: OSError) -> bool:
    """Whether what went wrong is that an output takes no more."""
    return error.errno in FULL


def forget_output() -> None:
    """What standard output did not take is not tried again at the end."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)
