"""Control characters, which could steer the terminal that a text is printed on: no text of ours has any."""

from __future__ import annotations

import re

CONTROL = re.compile(r"\\u00(?:0[0-8bcef]|1[0-9a-f]|7f|[89][0-9a-f])|[\x7f-\x9f]", re.IGNORECASE)
"""Control characters but tabs and line ends, escaped in JSON or plain."""
