"""Hashes of passwords at the least cost that argon2 takes, in the tests' own process; programs that tests start hash in earnest.

A hash in earnest is a fifth of a second of a processor, on purpose, and tests make hundreds of them. What the product
chose is kept here for the test of just that.
"""

from __future__ import annotations

import copy

from argon2 import PasswordHasher

from bot.members import admission, staff

IN_EARNEST = copy.copy(staff.HASHER)
NOBODY_IN_EARNEST = admission.NOBODY
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def use() -> None:
    """The hash of nobody costs what the others cost here too."""
    staff.HASHER._parameters = CHEAP._parameters
    admission.NOBODY = CHEAP.hash("known to nobody, the product's own neither")
