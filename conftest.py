"""What every test of the repository may count on, those of the example plugins included.

The fixtures for plugin authors are loaded from here, after coverage has begun to measure; the entry
point by which pytest would load them sooner is left out in pyproject.toml.
"""

from __future__ import annotations

pytest_plugins = ["relationship_core.pytest_plugin"]
