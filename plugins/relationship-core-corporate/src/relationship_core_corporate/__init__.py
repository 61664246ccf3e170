"""A corporate bank by industry and supply chain: the rules of Chainbridge Bank, an invented one."""

from relationship_core_corporate.plugin import CorporateBank

__all__ = ["CorporateBank"]
