"""Tasks that a role of the cast writes itself: a proposer's own samples, and nothing else."""

from dataclasses import dataclass

import polars as pl

from headway.attempts import Tasks
from headway.domains import Posable, Posed
from headway.seeds import derived_seeds
from headway.stages import RoundRefused, State, require


@dataclass(frozen=True)
class SelfPlay:
    """`proposals` texts by `role`, spread evenly over the topics of the domain, each read as a task.

    Where solver and proposer are one policy this is one set of weights that plays both (arXiv:2508.03682); where they
    are two it is R-Zero's arrangement (arXiv:2508.05004), and with a role that training leaves alone a frozen proposer.
    A text that is no task, and a task on the exam's side of the split, is not asked and not replaced: the round is
    smaller by it. A task without any right answer is asked like every other, because a proposer has nobody who tells
    it. Each proposal is a task of its own, also where two read the same. `origin` is the seed with which it was drawn
    in hexadecimal; `traits` holds `topic` and `proposal` as they were, and of the whole round how many texts were
    `written`, how many of these were `malformed` and how many `withheld` for the exam.
    """

    domain: Posable
    proposals: int = 128
    role: str = "proposer"
    temperature: float = 1.0
    max_tokens: int = 16

    def __post_init__(self) -> None:
        topics = len(self.domain.topics)
        require(self.proposals >= topics, self, "proposals", f"a whole number of at least {topics}, one a topic")
        require(self.temperature > 0.0, self, "temperature", "more than 0: one topic would have one proposal")
        require(self.max_tokens >= 1, self, "max_tokens", "a whole number of at least 1")

    @property
    def of(self) -> None:
        """What is asked depends on no verdict, only on the proposer's weights."""
        return None

    def __call__(self, state: State) -> Tasks:
        """A row for each proposal that can be asked; RoundRefused where there is none."""
        share, more = divmod(self.proposals, len(self.domain.topics))
        seeds = derived_seeds(state.seed_for("propose"), self.domain.topics, share + bool(more))
        asked = [
            (topic, seeds[place * (share + bool(more)) + index])
            for place, topic in enumerate(self.domain.topics)
            for index in range(share + (place < more))
        ]
        prompts, own = [topic for topic, _ in asked], pl.Series([seed for _, seed in asked], dtype=pl.UInt64)
        written = state.cast[self.role].sample(
            prompts, own.to_numpy(), temperature=self.temperature, top_p=1.0, max_tokens=self.max_tokens
        )
        whole = [text if finish == "stop" else None for text, finish in zip(written.texts, written.finish, strict=True)]
        posed = [None if text is None else self.domain.posed(text) for text in whole]
        rows = [
            self._row(topic, text, task, f"{seed:016x}")
            for topic, text, task, seed in zip(prompts, written.texts, posed, own, strict=True)
            if task is not None and not task.held_out
        ]
        malformed = sum(task is None for task in posed)
        if not rows:
            raise RoundRefused(
                f"none of {len(posed)} proposals by the role {self.role!r} can be asked: {malformed} are malformed, "
                f"such as {written.texts[0][:60]!r}, and the others are the exam's"
            )
        counts = {"written": len(posed), "malformed": malformed, "withheld": len(posed) - malformed - len(rows)}
        return Tasks(pl.DataFrame([{**row, "traits": {**row["traits"], **counts}} for row in rows]))

    def _row(self, topic: str, text: str, task: Posed, origin: str) -> dict:
        return {
            "task": f"{self.domain.name}:{task.prompt}@{origin}",
            "domain": self.domain.name,
            "level": task.level,
            "prompt": task.prompt,
            "truth": task.truth,
            "traits": {"topic": topic, "proposal": text},
            "origin": origin,
        }
