"""Shortest paths on labelled random trees."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from headway.attempts import Attempts, Prompt, Tasks
from headway.domains.asked import asked
from headway.domains.gold import gold
from headway.domains.split import distinct_prompts

_PATH = re.compile(r"[1-9][0-9]*(?:>[1-9][0-9]*)*")


@dataclass(frozen=True)
class Mazes:
    """Trees of `nodes` nodes with labels from 1 to `labels`, and two nodes that are `shortest` to `longest` hops apart.

    `start>end#node:neighbour,neighbour-...=` is asked, every node once and all in random order, and
    `start>...>end` is right (arXiv:2502.01612: 30 nodes, labels to 99, up to 9 hops). The level is the
    number of hops. The way from start to end is laid first; the rest of the tree grows on it by Wilson's
    algorithm, so that every tree that contains this way is as likely as any other.
    """

    shortest: int = 1
    longest: int = 9
    nodes: int = 30
    labels: int = 99

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest < self.nodes <= self.labels:
            raise ValueError(f"{self!r} cannot be; need 1 <= shortest <= longest < nodes <= labels")

    @property
    def name(self) -> str:
        return "mazes"

    @property
    def pieces(self) -> tuple[str, ...]:
        """One token a label, whatever its number of digits."""
        return (*">#:,-=", *map(str, range(1, self.labels + 1)))

    def tasks(self, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct mazes, hops drawn evenly."""
        draws = random.Random(seed)
        return self._tasks(
            distinct_prompts(
                lambda: self._draw(draws, draws.randint(self.shortest, self.longest)),
                n,
                held_out=held_out,
                what=repr(self),
            )
        )

    def at(self, level: int, n: int, seed: int, *, held_out: bool = False) -> Tasks:
        """`n` distinct mazes of `level` hops, whatever `longest` is."""
        if not 1 <= level < self.nodes:
            raise ValueError(
                f"{self!r} has no level {level}; with {self.nodes} nodes it has 1 to {self.nodes - 1} hops"
            )
        draws = random.Random(seed)
        what = f"{self!r} at level {level}"
        return self._tasks(distinct_prompts(lambda: self._draw(draws, level), n, held_out=held_out, what=what))

    def read(self, text: str) -> str | None:
        """The labels as written, joined by >; None for anything else."""
        return text if _PATH.fullmatch(text) else None

    def check(self, prompt: Prompt, truth: str | None, answer: str | None) -> float:
        """1.0 if every step is an edge, no node comes twice, and the ends are those that were asked for."""
        if answer is None:
            return 0.0
        ends, edges = _parsed(str(prompt))
        way = answer.split(">")
        steps = all(there in edges.get(here, ()) for here, there in pairwise(way))
        return float((way[0], way[-1]) == ends and steps and len(set(way)) == len(way))

    def graded(self, n: int, seed: int) -> Attempts:
        """Gold: the way through each of `n` mazes, and one with a node changed, left out or the end missing."""
        draws = random.Random(seed + 1)
        return gold(
            self.tasks(n, seed),
            lambda task: ((task["truth"], 1.0), (self._near_miss(draws, task["truth"]), 0.0)),
            self.read,
        )

    def _tasks(self, prompts: Iterable[str]) -> Tasks:
        def known(prompt: str) -> tuple[int, str]:
            way = _way(prompt)
            return len(way) - 1, ">".join(way)

        return asked(self.name, prompts, known)

    def _draw(self, draws: random.Random, hops: int) -> str:
        edges = _tree(draws, self.nodes, hops)
        label = draws.sample(range(1, self.labels + 1), self.nodes)
        order = draws.sample(range(self.nodes), self.nodes)
        written = [
            f"{label[node]}:" + ",".join(str(label[other]) for other in draws.sample(edges[node], len(edges[node])))
            for node in order
        ]
        return f"{label[0]}>{label[hops]}#" + "-".join(written) + "="

    def _near_miss(self, draws: random.Random, right: str) -> str:
        way = right.split(">")
        place = draws.randrange(len(way))
        change = draws.choice(("change", "drop", "stop"))
        if change == "change":
            way[place] = draws.choice([str(other) for other in range(1, self.labels + 1) if str(other) not in way])
        elif change == "drop":
            way.pop(place)
        else:
            way.pop()
        return ">".join(way)


def _tree(draws: random.Random, nodes: int, hops: int) -> list[list[int]]:
    """Neighbours of each node of a tree in which the nodes 0 to `hops` are a path in this order."""
    edges: list[list[int]] = [[] for _ in range(nodes)]

    def join(here: int, there: int) -> None:
        edges[here].append(there)
        edges[there].append(here)

    for node in range(hops):
        join(node, node + 1)
    inside = [node <= hops for node in range(nodes)]
    onward = [0] * nodes
    for start in range(hops + 1, nodes):
        # A random walk to the tree; where it crosses itself, only the last way out of a node is remembered.
        here = start
        while not inside[here]:
            onward[here] = (here + draws.randrange(1, nodes)) % nodes
            here = onward[here]
        here = start
        while not inside[here]:
            inside[here] = True
            join(here, onward[here])
            here = onward[here]
    return edges


def _parsed(prompt: str) -> tuple[tuple[str, str], dict[str, list[str]]]:
    """Start and end, and the neighbours of every node, as labels."""
    ends, nodes = prompt.removesuffix("=").split("#")
    start, end = ends.split(">")
    pairs = (node.split(":") for node in nodes.split("-"))
    return (start, end), {node: others.split(",") for node, others in pairs}


def _way(prompt: str) -> list[str]:
    """The labels from start to end: followed back from the end once the tree is walked from the start."""
    (start, end), edges = _parsed(prompt)
    came_from, rim = {start: start}, [start]
    while end not in came_from:
        here = rim.pop()
        for there in edges[here]:
            if there not in came_from:
                came_from[there] = here
                rim.append(there)
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
