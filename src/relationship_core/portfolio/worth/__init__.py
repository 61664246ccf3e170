"""What customers bring in, reckoned over tables: contribution, joint accounts, percentiles."""
