"""A cluster that is modelled, below the scheduler that is real: its clock jumps from event to event.

Nothing is computed. A job takes a time that is drawn; some workers are slow for as long as they live; nodes are lost
and come back. Of a lost node the engine hears after `hears` seconds, or never: then only a lease can tell.
"""

import heapq
import random
from dataclasses import dataclass, field

from headway.engine import Capacity, Done, Job, Lost, Needs, Outcome, Ref


@dataclass(frozen=True)
class Weather:
    """What happens to a modelled cluster; times in seconds.

    A job takes `median` times a lognormal factor of spread `spread`, on a slow worker (a share `slow` of them) `drag`
    times as long. Every `lost_every` a random node is lost, and back after `back_after`; of a share `silent` of the
    lost nodes the engine never hears.
    """

    workers: int = 1000
    to_a_node: int = 8
    median: float = 30.0
    spread: float = 0.3
    slow: float = 0.01
    drag: float = 10.0
    lost_every: float | None = 60.0
    back_after: float = 180.0
    hears: float = 13.0
    silent: float = 0.0


@dataclass
class Node:
    """Its workers' speeds, the tickets they have, and how often it was lost: a job does not survive that."""

    drags: list[float]
    tickets: set[int] = field(default_factory=set)
    there: bool = True
    lives: int = 0


@dataclass(frozen=True)
class Held:
    """A job on a worker, in one of its node's lives."""

    job: Job
    place: int
    worker: int
    life: int
    began: float


class Modelled:
    """An engine without work: `now` is its clock, and `busy` the seconds that workers were at it."""

    def __init__(self, weather: Weather, seed: int) -> None:
        self.weather, self.random, self.now = weather, random.Random(seed), 0.0
        count = weather.workers // weather.to_a_node
        self.nodes = [Node([self._drag() for _ in range(weather.to_a_node)]) for _ in range(count)]
        self._idle = [(place, worker) for place in range(count) for worker in range(weather.to_a_node)]
        self._events: list[tuple[float, int, str, int]] = []
        self._held: dict[int, Held] = {}
        self._tickets = self._order = 0
        self.busy = self.useful = 0.0
        self.lost_nodes = 0
        if weather.lost_every is not None:
            self._at(weather.lost_every, "storm", 0)

    def _drag(self) -> float:
        return self.weather.drag if self.random.random() < self.weather.slow else 1.0

    def _at(self, when: float, what: str, which: int) -> None:
        self._order += 1
        heapq.heappush(self._events, (when, self._order, what, which))

    # -- the engine -------------------------------------------------------------------------------

    def submit(self, job: Job) -> int:
        place, worker = self._idle.pop()
        self._tickets += 1
        factor = self.random.lognormvariate(0.0, self.weather.spread) * self.nodes[place].drags[worker]
        self._held[self._tickets] = Held(job, place, worker, self.nodes[place].lives, self.now)
        self.nodes[place].tickets.add(self._tickets)
        self._at(self.now + self.weather.median * factor, "done", self._tickets)
        return self._tickets

    def poll(self, seconds: float) -> list[Outcome]:
        ends = self.now + seconds
        while self._events and self._events[0][0] <= ends:
            self.now, _, what, which = heapq.heappop(self._events)
            told = self._happens(what, which)
            if told is not None:
                return [told]
        self.now = ends
        return []

    def cancel(self, ticket: int) -> None:
        self._end(ticket, useful=False)

    def capacity(self) -> Capacity:
        there = sum(node.there for node in self.nodes) * self.weather.to_a_node
        return Capacity(there, len(self._idle), Needs(1.0))

    def put(self, data: bytes) -> Ref:
        return data.decode()

    def get(self, ref: Ref) -> bytes:
        return ref.encode()

    def retain(self, refs: set[Ref]) -> None: ...

    def close(self) -> None: ...

    # -- what happens -----------------------------------------------------------------------------

    def _happens(self, what: str, which: int) -> Outcome | None:
        match what:
            case "done" if which in self._held and self._lives(self._held[which]):
                job = self._end(which, useful=True)
                return Done(which, job.key)
            case "heard" if which in self._held:
                self._end(which, useful=False)
                return Lost(which, "its node was lost")
            case "storm":
                there = [place for place, node in enumerate(self.nodes) if node.there]
                if there:
                    self._lose(self.random.choice(there))
                assert self.weather.lost_every is not None
                self._at(self.now + self.weather.lost_every, "storm", 0)
            case "back":
                node = self.nodes[which]
                node.there, node.lives, node.drags = True, node.lives + 1, [self._drag() for _ in node.drags]
                self._idle += [(which, worker) for worker in range(len(node.drags))]
        return None

    def _lose(self, place: int) -> None:
        node = self.nodes[place]
        node.there = False
        self.lost_nodes += 1
        self._idle = [(where, worker) for where, worker in self._idle if where != place]
        if self.random.random() >= self.weather.silent:
            for ticket in node.tickets:
                self._at(self.now + self.weather.hears, "heard", ticket)
        self._at(self.now + self.weather.back_after, "back", place)

    def _lives(self, held: Held) -> bool:
        node = self.nodes[held.place]
        return node.there and node.lives == held.life

    def _end(self, ticket: int, *, useful: bool) -> Job:
        held = self._held.pop(ticket)
        self.nodes[held.place].tickets.discard(ticket)
        if self._lives(held):
            self.busy += self.now - held.began
            self.useful += (self.now - held.began) * useful
            self._idle.append((held.place, held.worker))
        return held.job
