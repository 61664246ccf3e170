"""A plugin that would take the host down with it."""

import sys

sys.exit("no licence")
