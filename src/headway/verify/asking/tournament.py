"""A single-elimination tournament among the different answers to a task (arXiv:2412.02674).

Every pair is asked about in both orders, because whoever prefers what stands first would otherwise decide by the
draw. Where the two orders disagree, or neither reply can be read, nobody has won: a lot decides who goes on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from headway.attempts import Prompt
from headway.cast import Policy
from headway.seeds import derived_seed
from headway.verify.asking.asked import Asked, Drawing, about, question

TEXT = 'Which answer is better? Reply with one line that reads "First" or "Second".'
LINE = re.compile(r"^\W*(?:the\s+|answer\W+|better\W+)*(first|second)(?:\s+answer)?\W*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Match:
    """Two answers to one task, by their places in what is asked; `lot` says which one goes on if nobody wins."""

    first: int
    second: int
    lot: int


def tournament(policy: Policy, asked: Asked, drawing: Drawing) -> Sequence[float | None]:
    """The share of its task's rounds that each answer survived: 1.0 won, 0.0 went out at once.

    So a floor of r / rounds keeps those that survive r rounds. A bye survives its round. None where not one of an
    answer's matches brought a reply that can be read, as with the only answer to a task.
    """
    brackets = list(_brackets(asked))
    rounds = {task: max(1, (len(members) - 1).bit_length()) for task, members in brackets}
    survived, heard = [0] * len(asked.said), [False] * len(asked.said)
    standing = dict(brackets)
    while any(len(members) > 1 for members in standing.values()):
        matches = [_match(asked, *pair) for members in standing.values() for pair in _paired(members)]
        wins = _wins(policy, asked, matches, drawing)
        out = set()
        for match, balance in zip(matches, wins, strict=True):
            out.add(_loser(match, balance))
            for place in (match.first, match.second):
                heard[place] |= balance is not None
        for task, members in standing.items():
            playing = len(members) > 1
            standing[task] = [place for place in members if place not in out]
            for place in standing[task] if playing else []:
                survived[place] += 1
    return [survived[place] / rounds[asked.tasks[place]] if heard[place] else None for place in range(len(asked.said))]


def preferred(reply: str) -> int | None:
    """1 for the first answer, -1 for the second, by the last line that says only that; None for any other reply."""
    found = LINE.findall(reply)
    return (1 if found[-1].lower() == "first" else -1) if found else None


def _brackets(asked: Asked) -> list[tuple[str, list[int]]]:
    """The places of each task's answers, in an order that depends on nothing but their texts."""
    groups: dict[str, list[int]] = {}
    for place, task in enumerate(asked.tasks):
        groups.setdefault(task, []).append(place)
    return [
        (task, sorted(members, key=lambda place: derived_seed(task, asked.said[place])))
        for task, members in groups.items()
    ]


def _paired(members: list[int]) -> list[tuple[int, int]]:
    """Neighbours; with an odd number the last has a bye."""
    return list(zip(members[::2], members[1::2], strict=False))


def _match(asked: Asked, first: int, second: int) -> Match:
    lot = derived_seed("lot", asked.tasks[first], asked.said[first], asked.said[second])
    return Match(first, second, first if lot % 2 else second)


def _wins(policy: Policy, asked: Asked, matches: Sequence[Match], drawing: Drawing) -> list[int | None]:
    """Replies for the first answer of each match minus those for the second, over both orders; None without any."""
    orders = [pair for match in matches for pair in ((match.first, match.second), (match.second, match.first))]
    replies = drawing(policy, [_question(asked, *pair) for pair in orders])
    balances: list[int | None] = []
    for place in range(0, len(orders), 2):
        straight = [preferred(reply) for reply in replies[place]]
        swapped = [preferred(reply) for reply in replies[place + 1]]
        votes = [vote for vote in straight if vote is not None] + [-vote for vote in swapped if vote is not None]
        balances.append(sum(votes) if votes else None)
    return balances


def _question(asked: Asked, first: int, second: int) -> Prompt:
    prompt = asked.prompts[first]
    return question(about(prompt, asked.said[first], asked.said[second]) + TEXT, prompt)


def _loser(match: Match, balance: int | None) -> int:
    if balance:
        return match.second if balance > 0 else match.first
    return match.second if match.lot == match.first else match.first
