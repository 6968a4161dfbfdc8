"""Where `aiplan` starts: Ctrl-C is quiet from the first moment, also while the command is still being read."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from planner.errors import INTERRUPTED


def main() -> None:
    """Run the command."""
    signal.signal(signal.SIGINT, _early)
    from planner.cli.main import main as run

    run()


def _early(number: int, frame: object) -> NoReturn:
    """Nothing has begun: there is nothing to put away."""
    sys.stderr.write("interrupted before there was a plan\n")
    sys.stderr.flush()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
