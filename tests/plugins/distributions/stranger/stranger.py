"""A plugin that came in with something else, and that no host has named."""

raise AssertionError("nobody allowed this to be imported")
