"""A plugin that needs what nobody has installed."""

import a_package_that_nobody_has  # noqa: F401
