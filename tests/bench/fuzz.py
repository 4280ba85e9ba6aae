"""`make fuzz`: a million spoiled deliveries for the decoder, from a seed that is printed; `SEED=` repeats a run.

Ends with how many were read and why the others were refused. The first that crashes, or takes over-long, is printed whole.
"""

from __future__ import annotations

import argparse
import base64
import sys
from collections import Counter
from random import Random, SystemRandom
from time import perf_counter

from tests.support import mutants

BATCH = 1000
"""Inputs of one seed: what breaks is found again by its batch alone."""


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.fuzz")
    options.add_argument("--inputs", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=SystemRandom().randrange(10**9))
    asked = options.parse_args()
    counts: Counter[str] = Counter()
    begun = perf_counter()
    print(f"seed {asked.seed}, {asked.inputs:,} inputs", flush=True)
    for batch in range(-(-asked.inputs // BATCH)):
        random = Random(f"{asked.seed}-{batch}")
        for _ in range(min(BATCH, asked.inputs - batch * BATCH)):
            mutant = mutants.one(random)
            try:
                counts[mutants.outcome(mutant)] += 1
            except Exception as problem:  # noqa: BLE001 - whatever it is, it is what we look for
                keys = mutant.gate.keys
                print(f"batch {batch}: {problem!r}\n{keys.mode} {keys.body_format} {mutant.query}\n"
                      f"{base64.b64encode(mutant.body).decode()}")
                return 1
    for result, count in counts.most_common():
        print(f"{count:>10,}  {result}")
    took = perf_counter() - begun
    print(f"{counts.total():>10,}  in {took:.0f} s, no crash, none over {mutants.LONGEST_SECONDS} s of CPU time")
    return 0


if __name__ == "__main__":
    sys.exit(main())
