"""`python -m bench.detection make FOLDER [DOMAIN ...]` runs the loops, `... score FOLDER` says how the auditor did."""

import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from bench.detection.cases import DOMAINS, cases

SEEDS = 5

if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("make", "score"):
        sys.exit("usage: python -m bench.detection make FOLDER [DOMAIN ...] | score FOLDER")
    command, folder, domains = sys.argv[1], Path(sys.argv[2]), sys.argv[3:] or list(DOMAINS)
    if command == "make":
        import torch

        from bench.detection.make import make

        torch.set_num_threads(1)
        make(cases(domains, SEEDS), folder)
    else:
        from bench.detection.score import score

        score(folder)
