"""It is gone at once."""

import os

import evil

os._exit(len(evil.__name__))
