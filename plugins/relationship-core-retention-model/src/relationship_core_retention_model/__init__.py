"""Retention with a trained model beside hard signs: the rules of Lantern Bank, an invented one."""

from relationship_core_retention_model.plugin import RetentionModel

__all__ = ["RetentionModel"]
