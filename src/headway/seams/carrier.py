"""A loop on an engine: its stages are asked as before, and the work is done elsewhere."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from types import MappingProxyType
from weakref import WeakKeyDictionary

import polars as pl

from headway.attempts import Attempts, Tasks
from headway.cast import Cast, Divided, Policy, Speaker
from headway.engine import Job, Ref, Scheduler
from headway.experiment import text
from headway.loop import Loop
from headway.seams import folders
from headway.seams.ahead import foreseen
from headway.seams.carrying import Seam, job_of
from headway.seams.checking import BY_TASK, Check
from headway.seams.learning import WORD, Learn
from headway.seams.remote import Remote, RemoteSpeaker
from headway.seams.shards import packed, unpacked
from headway.seams.weights import frozen, thawed
from headway.stages import Judge, Measure, Report, Round, RoundRefused, Sample, Train

CHECKED_TOGETHER = 512
"""Attempts of one message to a judge; whole tasks, so the last one may be longer."""


class Begun(Exception):
    """Sampling ahead goes no further than its first question."""


class Carrier:
    """Puts loops on the engine below `scheduler`. With `trains` training is done there too, else in this process.

    With `ahead` rounds are sampled before their turn (see `foreseen`). Where they turn out as foreseen, the attempts
    are there already; where they do not, they are dropped. Either way the round is the same bits.
    """

    def __init__(self, scheduler: Scheduler, *, trains: bool = True, ahead: bool = False) -> None:
        self.scheduler, self.trains, self.ahead = scheduler, trains, ahead
        self.begun_ahead = self.used_ahead = 0
        self._jobs_ahead: dict[int, dict[str, Job]] = {}
        self._published: WeakKeyDictionary[Policy, Ref] = WeakKeyDictionary()

    def loop(self, loop: Loop) -> Loop:
        """The same loop: what it samples, judges, examines and trains is done by the engine."""
        return replace(
            loop,
            sample=Sampled(loop.sample, self),
            judges=tuple(Judged(judge, self) for judge in loop.judges),
            measure=Measured(loop.measure, self),
            train=Trained(loop.train, self) if self.trains else loop.train,
        )

    def settle(self) -> None:
        """A stage is recorded: what led to it is forgotten, and so are weights that nobody holds any more."""
        results = self.scheduler.results
        ahead = {key: job for jobs in self._jobs_ahead.values() for key, job in jobs.items()}
        results.clear(ahead)
        kept = {ref for job in ahead.values() for ref in job.inputs}
        kept |= {ref for key in ahead if (ref := results.get(key)) is not None}
        self.scheduler.engine.retain(kept | set(self._published.values()))

    def look_ahead(self, loop: Loop, turn: Round, seed: int, history: Sequence[Round], rounds: int) -> None:
        """A stage is recorded: begin to sample the rounds, of `rounds`, that are foreseen by it."""
        if not self.ahead:
            return
        for index in [index for index in self._jobs_ahead if index <= turn.index]:
            self.scheduler.withdraw(self._jobs_ahead.pop(index))  # nobody needed these
        for state in foreseen(loop, turn, seed, history):
            if state.round <= rounds:
                cast = Cast({role: self._ahead_of(policy, state.round) for role, policy in state.cast.items()})
                with suppress(Begun):
                    loop.begin(replace(state, cast=cast))

    def _ahead_of(self, policy: Policy, index: int) -> Policy:
        found = self.policy(policy)
        return replace(found, ask=partial(self._begin_ahead, index)) if isinstance(found, Remote) else found

    def _begin_ahead(self, index: int, seams: Sequence[tuple[Seam, tuple[Ref, ...]]]) -> list[bytes]:
        jobs = [job_of(seam, inputs) for seam, inputs in seams]
        self._jobs_ahead[index] = {job.key: job for job in jobs}
        self.begun_ahead += len(jobs)
        self.scheduler.add(jobs, later=True)
        raise Begun

    def put(self, data: bytes) -> Ref:
        """Keep bytes where every worker can have them."""
        return self.scheduler.engine.put(data)

    def ask(self, seams: Sequence[tuple[Seam, tuple[Ref, ...]]]) -> list[bytes]:
        """The result of each seam, in their order."""
        jobs = [job_of(seam, inputs) for seam, inputs in seams]
        found = self.scheduler.run(jobs)
        for job, ahead in product(jobs, self._jobs_ahead.values()):
            self.used_ahead += ahead.pop(job.key, None) is not None
        return found

    def published(self, policy: Policy) -> Ref:
        """The hash under which workers fetch this policy; it is saved at the first call."""
        ref = self._published.get(policy)
        if ref is None:
            ref = self._published[policy] = self.put(folders.packed(frozen(policy)))
        return ref

    def cast(self, cast: Cast) -> Cast:
        """The same roles, played elsewhere where a policy works in parts.

        An endpoint stays here: its server is elsewhere already, and one process must keep to its limits.
        """
        return Cast(MappingProxyType({role: self.policy(policy) for role, policy in cast.items()}))

    def policy(self, policy: Policy) -> Policy:
        """A policy that answers elsewhere, where this one works in parts; else this one."""
        if not isinstance(policy, Divided) or isinstance(policy, Remote):
            return policy
        kind = RemoteSpeaker if isinstance(policy, Speaker) else Remote
        return kind(policy, self.published(policy), self.put, self.ask)

    def checked(self, judge: Judge, attempts: Attempts) -> pl.Series:
        """What a judge that looks at one task at a time says, shards of whole tasks a message."""
        rows = attempts.frame.drop("verdicts", "remarks", "weight")
        shards = by_tasks(rows, CHECKED_TOGETHER)
        said = text(judge)
        asked = [(Check(said, ref), (ref,)) for shard in shards for ref in [self.put(packed(rows[shard]))]]
        found = pl.concat([unpacked(result) for result in self.ask(asked)])["said"]
        places = pl.concat([pl.Series(shard, dtype=pl.Int64) for shard in shards])
        return found[places.arg_sort()].alias(judge.name)

    def trained(self, train: Train, cast: Cast, attempts: Attempts, seed: int) -> Cast:
        """The cast after training elsewhere; policies that did not change are the ones that were given."""
        ref = self.put(packed(attempts.frame))
        policies = {role: self.published(cast[role]) for role in cast}
        seam = Learn(text(train), tuple(policies), tuple(policies.values()), ref, seed)
        (result,) = self.ask([(seam, (ref, *policies.values()))])
        files = folders.unpacked(result)
        word = json.loads(files.pop(WORD))
        if "refused" in word:
            raise RoundRefused(word["refused"])
        made: dict[str, Policy] = {ref: cast[role] for role, ref in policies.items()}
        for name in dict.fromkeys(one for one in word["plays"].values() if one not in made):
            inside = {path.partition("/")[2]: data for path, data in files.items() if path.startswith(name + "/")}
            made[name] = thawed(inside)
            self._published[made[name]] = self.put(folders.packed(inside))
        return Cast(MappingProxyType({role: made[name] for role, name in word["plays"].items()}))


@dataclass(frozen=True)
class Sampled:
    """A way to sample, of which the policies answer elsewhere."""

    inner: Sample
    carrier: Carrier

    def __call__(self, cast: Cast, tasks: Tasks, seed: int) -> Attempts:
        """As the inner one."""
        return self.inner(self.carrier.cast(cast), tasks, seed)


@dataclass(frozen=True)
class Judged:
    """A judge whose work is done elsewhere: as a whole where it looks at one task at a time, else its policies'."""

    inner: Judge
    carrier: Carrier

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def reads(self) -> tuple[str, ...]:
        return self.inner.reads

    def __call__(self, cast: Cast, attempts: Attempts) -> pl.Series:
        """As the inner one."""
        if isinstance(self.inner, BY_TASK) and len(attempts):
            return self.carrier.checked(self.inner, attempts)
        return self.inner(self.carrier.cast(cast), attempts)


@dataclass(frozen=True)
class Measured:
    """An exam that is sampled elsewhere and reduced here."""

    inner: Measure
    carrier: Carrier

    @property
    def sample(self) -> Sample:
        return Sampled(self.inner.sample, self.carrier)

    @property
    def reads(self) -> tuple[str, ...]:
        return self.inner.reads

    def rests_on(self, metric: str) -> tuple[str, ...]:
        """As the inner one."""
        return self.inner.rests_on(metric)

    def questions(self) -> Tasks:
        """As the inner one."""
        return self.inner.questions()

    def __call__(self, attempts: Attempts) -> Report:
        """As the inner one."""
        return self.inner(attempts)


@dataclass(frozen=True)
class Trained:
    """Training that is done elsewhere."""

    inner: Train
    carrier: Carrier

    @property
    def roles(self) -> tuple[str, ...]:
        return self.inner.roles

    def __call__(self, cast: Cast, attempts: Attempts, seed: int) -> Cast:
        """As the inner one."""
        return self.carrier.trained(self.inner, cast, attempts, seed)


def by_tasks(rows: pl.DataFrame, size: int) -> list[list[int]]:
    """Indices of rows in shards of whole tasks, about `size` rows each, tasks in order of appearance."""
    groups = rows.select("task", place=pl.int_range(pl.len())).group_by("task", maintain_order=True).agg("place")
    shards: list[list[int]] = [[]]
    for places in groups["place"].to_list():
        if len(shards[-1]) >= size:
            shards.append([])
        shards[-1] += places
    return shards
