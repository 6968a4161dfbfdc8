"""When a row of a published table is: its text to an instant, summer time and all.

Times without an offset are by the layout's own clock. Where summer time ends an hour comes twice: the first is summer
time, the second is not, and a mark such as `(CEST)` says so outright. Where it begins an hour does not exist.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FORMATS = (
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
)
US_FORMATS = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")
MARK = re.compile(r"\s*\((?P<mark>CES?T|UTC)\)$")
MARKS = {"CET": 1, "CEST": 2, "UTC": 0}


class NoSuchHour(ValueError):
    """A time that summer time skips."""


class Clock:
    """Reads the times of one table in the order of its rows."""

    def __init__(self, zone: str, *, american: bool = False, closing: bool = False) -> None:
        self.zone, self.formats = ZoneInfo(zone), US_FORMATS if american else FORMATS
        self.late = timedelta(hours=1) if closing else timedelta(0)
        self.seen: Counter[datetime] = Counter()

    def instant(self, text: str) -> datetime:
        """The instant an interval begins, UTC. Raises ValueError, NoSuchHour where the clock skips it."""
        begin = text.split(" - ")[0].strip()
        mark = MARK.search(begin)
        found = self._parse(MARK.sub("", begin))
        if found.tzinfo is not None:
            return found.astimezone(UTC) - self.late
        if mark is not None:
            return found.replace(tzinfo=UTC) - timedelta(hours=MARKS[mark["mark"]]) - self.late
        self.seen[found] += 1
        local = found.replace(tzinfo=self.zone, fold=1 if self._again(found) else 0)
        instant = local.astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None) != found:
            raise NoSuchHour(text)
        return instant - self.late

    def _again(self, found: datetime) -> bool:
        return self.seen[found] > 1 and self._twice(found)

    def _twice(self, found: datetime) -> bool:
        first, second = (found.replace(tzinfo=self.zone, fold=fold).utcoffset() for fold in (0, 1))
        return first is not None and second is not None and first > second

    def _parse(self, text: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
        for form in self.formats:
            try:
                return datetime.strptime(text, form)
            except ValueError:
                continue
        raise ValueError(text)
