"""Watching rounds go by: a live table on a terminal, one line a round elsewhere."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from headway.stages import Round
from headway.stats import Estimate

NEXT = {
    "begun": "sampling",
    "sampled": "judging and selecting",
    "attempts": "training",
    "cast": "sitting the exam",
    "exam": "measuring",
    "report": "ruling",
    "ruling": "proposing tasks",
}
SHOWN = ("accuracy", "pass@8", "pass@32", "distinct_right", "self_score")


@dataclass
class Progress:
    """What has been seen of one run, and how long it took."""

    rounds: int
    done: list[Round] = field(default_factory=list)
    earlier: int = 0
    """How many of the rounds were done before this process took part; their time is not ours."""
    began: float = field(default_factory=time.monotonic)
    stage: str = "begun"
    round: int = 0

    def see(self, turn: Round) -> None:
        """Take note of a round after one of its stages."""
        self.round, self.stage = turn.index, turn.stage
        if turn.ruling is not None:
            self.done.append(turn)

    @property
    def left(self) -> float | None:
        """Seconds to go, by the mean of the rounds so far; None before one is done."""
        ours = len(self.done) - self.earlier
        if ours < 1 or self.done[-1].index == 0:
            return None
        return (time.monotonic() - self.began) / ours * (self.rounds - self.done[-1].index)


def followed(turns: Iterable[Round], rounds: int, earlier: Sequence[Round], console: Console) -> list[Round]:
    """Consume the rounds of a run, of which some were done earlier, and show them; all rounds that are done."""
    progress = Progress(rounds, list(earlier), len(earlier))
    with shown(progress, console) as refresh:
        for turn in turns:
            progress.see(turn)
            refresh(turn)
    return progress.done


@contextmanager
def shown(progress: Progress, console: Console) -> Iterator:
    """Something to call after each stage: redraws the table, or prints a line when a round is done."""
    if not console.is_terminal:

        def line(turn: Round) -> None:
            if turn.ruling is not None:
                console.print(plain(turn, progress), soft_wrap=True, highlight=False)

        yield line
        return
    with Live(console=console, get_renderable=lambda: table(progress), refresh_per_second=4) as live:
        yield lambda turn: live.refresh()


def plain(turn: Round, progress: Progress) -> str:
    """A round as one line of text."""
    left = "" if not progress.left else f"  {clock(progress.left)} left"
    return f"round {turn.index}/{progress.rounds}  {numbers(turn)}  {ruled(turn)}{left}"


def numbers(turn: Round) -> str:
    """The estimates that matter, in words."""
    if turn.report is None:
        return "not measured"
    found = turn.report.estimates
    return "  ".join(f"{name.replace('_', ' ')} {found[name].value:.3f}" for name in SHOWN if name in found)


def ruled(turn: Round) -> str:
    """The gate's word on the round."""
    return turn.ruling.reason if turn.ruling is not None else ""


def table(progress: Progress) -> Group:
    """All rounds so far, and what is being done now."""
    names = [name for name in SHOWN if any(turn.report and name in turn.report.estimates for turn in progress.done)]
    drawn = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("round", *names):
        drawn.add_column(name.replace("_", " "), justify="right", no_wrap=True)
    drawn.add_column("ruling", no_wrap=True)
    for turn in progress.done:
        found = turn.report.estimates if turn.report is not None else {}
        accepted = turn.ruling is not None and turn.ruling.accept
        drawn.add_row(
            str(turn.index),
            *(cell(found.get(name)) for name in names),
            Text(ruled(turn).partition(":")[0], style="green" if accepted else "yellow"),
        )
    said = f"round {progress.done[-1].index} {ruled(progress.done[-1])}" if progress.done else ""
    return Group(drawn, Text(said), Text(now(progress), style="dim"))


def cell(estimate: Estimate | None) -> Text:
    """A number with half the width of its interval."""
    if estimate is None:
        return Text("-", style="dim")
    half = (estimate.high - estimate.low) / 2
    return Text.assemble(f"{estimate.value:.3f}", (f" ±{half:.3f}", "dim"))


def now(progress: Progress) -> str:
    """What is being done, for how long, and how long is left."""
    past = clock(time.monotonic() - progress.began)
    over = progress.done and progress.done[-1].index >= progress.rounds
    if over:
        return f"done in {past}"
    doing = "making the first policy" if not progress.done and progress.stage == "begun" else NEXT[progress.stage]
    index = progress.round + (progress.stage == "ruling")
    left = "" if progress.left is None else f", about {clock(progress.left)} left"
    return f"round {index} of {progress.rounds}: {doing} ({past}{left})"


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
