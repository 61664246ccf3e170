"""A Czech bank of 1993-94: its published records, mapped to a portfolio and reviewed."""
