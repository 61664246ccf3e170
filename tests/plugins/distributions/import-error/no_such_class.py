"""A plugin whose entry point leads nowhere."""
