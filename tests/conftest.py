"""How random tests are run: never judged by the clock, as machines are shared; the same examples each time in CI."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "aiplan",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("aiplan")
