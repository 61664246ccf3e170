"""What the tables of a portfolio tell of its customers on a day: facts as columns."""
