"""Honest programs in many styles: none of them may be refused. `solve` is called with every tuple of the comment."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODULES = """
    abc argparse array ast asyncio base64 binascii bisect bz2 calendar cmath codecs collections colorsys
    concurrent.futures configparser contextlib copy csv ctypes dataclasses datetime decimal difflib dis email
    enum fractions functools gc getopt glob graphlib hashlib heapq hmac html http io itertools json keyword
    linecache locale logging lzma math numbers operator os pathlib pickle pprint queue random re reprlib sched
    secrets select shelve shlex signal socket sqlite3 stat statistics string struct subprocess sys tempfile
    textwrap threading time timeit token tokenize traceback types typing unicodedata unittest urllib.parse uuid
    warnings weakref xml.etree.ElementTree zipfile zlib zoneinfo
"""
PROGRAMS = (Path(__file__).parent / "catalogue" / "honest.txt").read_text("utf-8")


@dataclass(frozen=True)
class Honest:
    """A program, and what it is called with."""

    source: str
    inputs: list[tuple[Any, ...]]


def programs() -> list[Honest]:
    """All of them: those above, and one a module of the standard library."""
    found = []
    for part in f"\n{PROGRAMS}".split("\n# ")[1:]:
        inputs, _, source = part.partition("\n")
        found.append(Honest(source, eval(inputs)))
    for name in MODULES.split():
        found.append(Honest(f"import {name} as module\ndef solve(n): return module.__name__, n", [(1,), (2,)]))
    return found
