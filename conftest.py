"""What every test of the repository may count on, those of the example plugins included.

Laws are tried on repeatable examples.

The fixtures for plugin authors are loaded from here, after coverage has begun to measure; the entry
point by which pytest would load them sooner is left out in pyproject.toml.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["relationship_core.pytest_plugin"]

settings.register_profile(
    "gate",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "soak",
    deadline=None,
    max_examples=3_000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))
