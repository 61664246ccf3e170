"""The verbs: what a bank decides about a customer, each a pure function of what it was given."""
