"""A plugin that has nothing to say."""
