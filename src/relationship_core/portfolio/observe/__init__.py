"""What the tables of a portfolio tell of its customers on a day: facts as columns."""

from relationship_core.portfolio.observe.business import BUSINESS_FACTS, observe_business
from relationship_core.portfolio.observe.observing import observe
from relationship_core.portfolio.observe.record import observe_record

__all__ = ["BUSINESS_FACTS", "observe", "observe_business", "observe_record"]
