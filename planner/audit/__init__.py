"""The audit: a plan's JSON, judged from first principles by code that has never seen the model.

It imports nothing of the planner but itself; `audit(plan)` is the way in.
"""

from __future__ import annotations

from planner.audit.run import audit
from planner.audit.verdict import Finding, Verdict

__all__ = ["Finding", "Verdict", "audit"]
