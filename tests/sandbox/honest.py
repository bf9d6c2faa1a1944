"""Honest programs in many styles: none of them may be refused. `solve` is called with every tuple of the comment."""

from dataclasses import dataclass
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
PROGRAMS = r"""
# [([3, 1, 2],), ([],)]
def solve(xs): return sorted(xs)
# [(10,), (0,)]
def solve(n):
    def squares():
        for i in range(n): yield i * i
    return list(squares())
# [(5,), (1,)]
from dataclasses import dataclass, field
@dataclass(order=True)
class Point:
    x: int
    y: int = 2
    tags: list = field(default_factory=list)
def solve(n): return [Point(i).x + Point(i).y for i in range(n)], Point(1) < Point(n)
# [(900,)]
def solve(n): return 0 if n == 0 else 1 + solve(n - 1)
# [(9000,)]
import sys
sys.setrecursionlimit(20000)
def solve(n): return 0 if n == 0 else 1 + solve(n - 1)
# [([5, 2, 9, 1],)]
import heapq
def solve(xs):
    heap = list(xs)
    heapq.heapify(heap)
    return [heapq.heappop(heap) for _ in range(len(heap))], heapq.nlargest(2, xs)
# [("a1b22c333",)]
import re
def solve(text): return re.findall(r"\d+", text), re.sub(r"[a-z]", "_", text), re.match(r"(?P<x>\w)", text)["x"]
# [("1.10", "2.25")]
from decimal import Decimal, getcontext
def solve(a, b):
    getcontext().prec = 40
    return str(Decimal(a) / Decimal(b)), str((Decimal(a) + Decimal(b)).quantize(Decimal("0.1")))
# [(3, 7)]
from fractions import Fraction
def solve(a, b): return str(Fraction(a, b) + Fraction(1, 3)), Fraction(a, b).numerator
# [(300,), (5000,)]
def solve(n): return 3 ** n
# [(200,)]
from functools import lru_cache
@lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def solve(n): return fib(n)
# [(4,)]
import asyncio
async def one(i):
    await asyncio.sleep(0.001)
    return i * 2
async def many(n): return await asyncio.gather(*(one(i) for i in range(n)))
def solve(n): return list(asyncio.run(many(n)))
# [(6,)]
import threading
def solve(n):
    found, lock = [], threading.Lock()
    def work(i):
        with lock: found.append(i * i)
    threads = [threading.Thread(target=work, args=(i,)) for i in range(n)]
    for one in threads: one.start()
    for one in threads: one.join()
    return sorted(found)
# [(8,)]
from concurrent.futures import ThreadPoolExecutor
def solve(n):
    with ThreadPoolExecutor(4) as pool: return list(pool.map(lambda i: i + 1, range(n)))
# [(100,)]
import queue, threading
def solve(n):
    line, out = queue.Queue(), []
    def consume():
        while (item := line.get()) is not None: out.append(item * 2)
    worker = threading.Thread(target=consume)
    worker.start()
    for i in range(n): line.put(i)
    line.put(None)
    worker.join()
    return sum(out)
# [(5000,)]
def solve(n):
    for i in range(n): print(i, "of", n)
    return n
# [(3,)]
import sys
def solve(n):
    print("to nobody", file=sys.stderr)
    sys.stdout.write("x" * 100000)
    sys.stdout.flush()
    return n
# [(100,)]
def solve(megabytes):
    block = bytearray(megabytes << 20)
    block[-1] = 1
    return len(block)
# [("hello world",)]
from collections import Counter, defaultdict, deque, OrderedDict, namedtuple
def solve(text):
    P = namedtuple("P", "a b")
    groups = defaultdict(list)
    for letter in text: groups[letter].append(1)
    return sorted(Counter(text).items()), {k: len(v) for k, v in groups.items()}, list(deque(text, 3)), P(1, 2).b
# [([1, 2, 3, 4],)]
import itertools
def solve(xs):
    return list(itertools.permutations(xs, 2)), list(itertools.accumulate(xs)), list(itertools.chain(xs, xs))
# [({"a": [1, 2], "b": {"c": None}},)]
import json
def solve(value): return json.loads(json.dumps(value, sort_keys=True)) == value, json.dumps(value)
# [("2024-02-28", 2)]
from datetime import date, timedelta, datetime, timezone
def solve(day, n):
    epoch = datetime(2020, 1, 1, tzinfo=timezone.utc)
    return (date.fromisoformat(day) + timedelta(days=n)).isoformat(), epoch.timestamp()
# [("Europe/Berlin",), ("Asia/Tokyo",)]
from zoneinfo import ZoneInfo
from datetime import datetime
def solve(name): return str(datetime(2024, 7, 1, tzinfo=ZoneInfo(name)).utcoffset())
# [([1.5, 2.5, 4.0],)]
import statistics
def solve(xs): return statistics.mean(xs), statistics.median(xs), round(statistics.stdev(xs), 6)
# [(2.0,), (0.5,)]
import math
def solve(x): return math.sqrt(x), math.sin(x), math.floor(x), math.gcd(12, 18), math.comb(10, 3), math.inf
# [("abc",)]
import hashlib
def solve(text): return hashlib.sha256(text.encode()).hexdigest(), hashlib.md5(text.encode()).hexdigest()
# [("naïve Ünïcode 漢字 🙂",)]
import unicodedata
def solve(text): return unicodedata.normalize("NFD", text), text.upper(), text[::-1], text.encode("utf-8")
# [("\ud800",)]
def solve(text): return text + "x", len(text)
# [(b"\x00\xff", )]
def solve(data): return data[::-1], bytes([1, 2]), list(data)
# [({1, 2, 3}, frozenset({3, 4}))]
def solve(a, b): return a | b, a & b, a - b, frozenset(a) ^ b
# [((1, (2, 3)), None, True)]
def solve(a, b, c): return a, b, c, (a,), [b], {c: b}
# [(0,)]
def solve(x): return -0.0, 0.0, x, False, "", [], (), {}, set(), None
# [(7,)]
class Node:
    __slots__ = ("value", "next")
    def __init__(self, value, after=None): self.value, self.next = value, after
def solve(n):
    head = None
    for i in range(n): head = Node(i, head)
    out = []
    while head: out.append(head.value); head = head.next
    return out
# [(12,)]
def solve(n):
    match n % 3:
        case 0: return "zero"
        case 1 | 2: return "other"
# [("x",)]
def solve(name):
    try: return {}[name]
    except KeyError as problem: return repr(problem), type(problem).__name__
    finally: pass
# [(5,)]
import contextlib
@contextlib.contextmanager
def opened(log):
    log.append("in")
    try: yield log
    finally: log.append("out")
def solve(n):
    log = []
    with opened(log): log.append(n)
    return log
# [(4,)]
from enum import Enum, IntFlag
class Colour(Enum):
    RED = 1
    BLUE = 2
class Flag(IntFlag):
    A = 1
    B = 2
def solve(n): return Colour.RED.name, [c.value for c in Colour], int(Flag.A | Flag.B)
# [(4,)]
from abc import ABC, abstractmethod
class Shape(ABC):
    @abstractmethod
    def area(self): ...
class Square(Shape):
    def __init__(self, side): self.side = side
    def area(self): return self.side ** 2
    def __eq__(self, other): return self.side == other.side
    def __hash__(self): return hash(self.side)
def solve(n): return Square(n).area(), Square(1) == Square(1), len({Square(1), Square(1)})
# [(30,)]
def solve(n):
    sieve = [True] * (n + 1)
    for i in range(2, n + 1):
        if sieve[i]:
            for j in range(i * i, n + 1, i): sieve[j] = False
    return [i for i in range(2, n + 1) if sieve[i]]
# [(200000,)]
def solve(n):
    total = 0
    for i in range(n): total += i * i % 7
    return total
# [(["ab", "b", "abc"],)]
def solve(words): return sorted(words, key=lambda w: (-len(w), w)), max(words, key=len), min(words)
# [(3,)]
from typing import TypeVar, Generic, Optional
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, item: T) -> None: self.item = item
def solve(n: int) -> Optional[int]: return Box[int](n).item
# [(10,)]
import random
def solve(n):
    dice = random.Random(4)
    return [dice.randint(1, 6) for _ in range(n)], dice.sample(range(100), 3)
# [(3,)]
import random
def solve(n):
    random.seed(n)
    return random.random(), random.shuffle([1, 2])
# [(1,)]
import time
def solve(n):
    begun = time.monotonic()
    time.sleep(0.01)
    return time.monotonic() > begun and n
# [("a,b\n1,2\n",)]
import csv, io
def solve(text): return list(csv.DictReader(io.StringIO(text)))
# [([1, 2], [3, 4])]
import operator, functools
def solve(a, b): return list(map(operator.mul, a, b)), functools.reduce(operator.add, a), functools.partial(pow, 2)(3)
# [(5,)]
def solve(n):
    def counter():
        count = 0
        def up():
            nonlocal count
            count += 1
            return count
        return up
    up = counter()
    return [up() for _ in range(n)]
# [("x + 1",)]
import ast
def solve(text): return ast.dump(ast.parse(text, mode="eval").body), eval(text, {"x": 3})
# [(4,)]
import copy
def solve(n):
    a = [[n]]
    b = copy.deepcopy(a)
    b[0].append(1)
    return a, b
# [("bab",)]
import bisect, string, textwrap
def solve(text):
    return bisect.bisect([1, 3, 5], 4), string.ascii_lowercase.index(text[0]), textwrap.fill("a b c d", 3)
# [(1000,)]
import struct, array, zlib, base64
def solve(n):
    data = struct.pack("<If", n, 1.5) + array.array("h", [1, 2]).tobytes()
    return zlib.decompress(zlib.compress(data)), base64.b64encode(data).decode()
# [(3,)]
import pickle
def solve(n): return pickle.loads(pickle.dumps({"n": [n]}))
# [(3,)]
import weakref, gc
class Thing: pass
def solve(n):
    thing = Thing()
    link = weakref.ref(thing)
    del thing
    gc.collect()
    return link() is None, n
# [(3,)]
import sqlite3
def solve(n):
    line = sqlite3.connect(":memory:")
    line.execute("create table t (a int)")
    line.executemany("insert into t values (?)", [(i,) for i in range(n)])
    return line.execute("select sum(a) from t").fetchone()[0]
# [("<a><b>1</b></a>",)]
import xml.etree.ElementTree as tree
def solve(text): return tree.fromstring(text).find("b").text
# [(3,)]
import os, sys, platform
def solve(n): return os.path.join("a", "b"), os.sep, sys.maxsize > 2 ** 32, n
# [(3,)]
import logging, warnings
def solve(n):
    logging.getLogger("x").warning("n is %s", n)
    warnings.warn("only a warning")
    return n
# [(3,)]
import signal
def solve(n):
    seen = []
    signal.signal(signal.SIGALRM, lambda *x: seen.append(n))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.pause() if not seen else None
    return seen
# [(6,)]
class Matrix:
    def __init__(self, rows): self.rows = rows
    def __matmul__(self, other):
        return Matrix([[sum(a * b for a, b in zip(row, column)) for column in zip(*other.rows)] for row in self.rows])
def solve(n):
    made = Matrix([[1, 1], [1, 0]])
    out = Matrix([[1, 0], [0, 1]])
    for _ in range(n): out = out @ made
    return out.rows
# [("kitten", "sitting")]
def solve(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]
# [({"a": ["b"], "b": ["c"], "c": []},)]
from graphlib import TopologicalSorter
def solve(graph): return list(TopologicalSorter(graph).static_order())
# [(8,)]
def solve(n):
    def place(row, columns, one, other):
        if row == n: return 1
        return sum(place(row + 1, columns | {c}, one | {row + c}, other | {row - c}) for c in range(n)
                   if c not in columns and row + c not in one and row - c not in other)
    return place(0, frozenset(), frozenset(), frozenset()) if n < 7 else n
# [([[1, 2], [3, 4]],)]
def solve(grid): return [list(row) for row in zip(*grid)], [row[::-1] for row in grid], sum(grid, [])
# [("(()())",), ("(()",)]
def solve(text):
    depth = 0
    for letter in text:
        depth += 1 if letter == "(" else -1
        if depth < 0: return False
    return depth == 0
# [(255,)]
def solve(n): return bin(n), hex(n), oct(n), f"{n:08b}", f"{n:,}", int("ff", 16), n.bit_length(), n.to_bytes(2, "big")
# [(3.14159,), (1e300,), (-2.5,)]
def solve(x): return round(x, 2), x // 1, x % 1, divmod(x, 2), abs(x), str(x), int(x) % 1000, x * 1e10
# [(3,)]
import builtins, inspect
def solve(n): return len(inspect.signature(solve).parameters), hasattr(builtins, "len"), n
# [(3,)]
if __name__ == "__main__": raise SystemExit("a program that is tested is not run as a script")
def solve(n): return n
# [(3,)]
from __future__ import annotations
def solve(n: Undefined) -> Undefined: return n
# [([3, 3, 1],)]
def solve(xs): return {x: xs.count(x) for x in xs}, {x for x in xs}, dict.fromkeys(xs, 0), list(dict.fromkeys(xs))
# [(3,)]
def solve(n): return [[0] * n for _ in range(n)], [(i, j) for i in range(n) for j in range(i)], "x" * n
# [(20,)]
def solve(n):
    made = {}
    for i in range(n): made[f"key{i}"] = {"n": i, "even": i % 2 == 0, "pair": (i, str(i))}
    return made
# [("abc",)]
def solve(text, *rest, sep="-", **more): return sep.join(text), rest, more
# [(7,)]
solve = lambda n: n * (n + 1) // 2
# [(7,)]
class Solver:
    def __call__(self, n): return n + 1
solve = Solver()
"""


@dataclass(frozen=True)
class Honest:
    """A program, and what it is called with."""

    source: str
    inputs: list[tuple[Any, ...]]


def programs() -> list[Honest]:
    """All of them: those above, and one a module of the standard library."""
    found = []
    for part in PROGRAMS.split("\n# ")[1:]:
        inputs, _, source = part.partition("\n")
        found.append(Honest(source, eval(inputs)))
    for name in MODULES.split():
        found.append(Honest(f"import {name} as module\ndef solve(n): return module.__name__, n", [(1,), (2,)]))
    return found
