"""Freed memory that stays with the process, for the next dispatch to use.

A year's arrays are of some 70 to 300 kB. The C library hands blocks of that size back to the system when they are freed
and asks for them anew, page by page; that takes about as long as what is computed in them.
"""

from __future__ import annotations

import ctypes
import sys

TRIM, MAP = -1, -3
"""glibc's M_TRIM_THRESHOLD and M_MMAP_THRESHOLD (malloc.h)."""
KEPT, APART = 1 << 28, 1 << 25
"""Bytes that may stay with the process; the size of a block from which it is asked for apart (glibc takes no more)."""


def keep_freed() -> bool:
    """Ask the C library to keep freed memory -> whether it does; elsewhere than with glibc it is left as it is."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(option(MAP, APART) and option(TRIM, KEPT))
