"""Progress on standard error: one status line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Say = Callable[[str], None]


@contextmanager
def progress(quiet: bool) -> Iterator[Say]:
    """A function that shows a step; nothing where `quiet`."""
    if quiet:
        yield lambda text: None
    elif sys.stderr.isatty():
        with _status() as say:
            yield say
    else:
        yield _lines()


def _lines() -> Say:
    """Seconds since the start and the step; a step said twice is shown once."""
    begun, last = time.perf_counter(), ""

    def say(text: str) -> None:
        nonlocal last
        if text != last:
            last = text
            print(f"{time.perf_counter() - begun:6.1f} s  {text}", file=sys.stderr, flush=True)

    return say


@contextmanager
def _status() -> Iterator[Say]:
    """Rich's status line with the time that has passed."""
    from rich.console import Console
    from rich.markup import escape

    begun = time.perf_counter()
    with Console(stderr=True).status("starting") as status:
        yield lambda text: status.update(f"{time.perf_counter() - begun:.1f} s  {escape(text)}")
