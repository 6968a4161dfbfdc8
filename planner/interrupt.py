"""Ctrl-C that is not lost: libraries swallow a KeyboardInterrupt, or wrap it in an error of their own."""

from __future__ import annotations

import signal
import threading
from types import FrameType

_seen = threading.Event()


def watch() -> None:
    """From now on note every Ctrl-C, and raise KeyboardInterrupt as before."""
    if threading.current_thread() is threading.main_thread():
        _seen.clear()
        signal.signal(signal.SIGINT, _note)


def seen() -> bool:
    """Whether there was one since `watch`."""
    return _seen.is_set()


def check() -> None:
    """Raise KeyboardInterrupt where one was swallowed."""
    if seen():
        raise KeyboardInterrupt


def _note(number: int, frame: FrameType | None) -> None:
    _seen.set()
    raise KeyboardInterrupt
