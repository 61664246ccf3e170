"""Review a Czech bank of 1993-94 from its published records.

Run it as `python examples/berka.py SOURCE OUT --as-of 1994-03-31`, where SOURCE is the folder of
the eight `.asc` files of the PKDD'99 financial data set. It writes the portfolio folder to
OUT/folder, and what the bank's own rule book decides on each customer to OUT/reviews.
"""

from __future__ import annotations

import sys

from berka_bank.command import main

if __name__ == "__main__":
    sys.exit(main())
