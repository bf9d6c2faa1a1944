"""The part of the page with real attempts: the same tasks side by side in every arm."""

import polars as pl

from headway.report.contents import Section
from headway.report.tables import arms_table, columns_for, table
from headway.report.texts import Repeated, Sides, chosen_tasks, gone, most_frequent, new, repeated, right_answers, sides
from headway.report.words import counted, escaped, excerpt, number, prompt_text

ANSWERS_LISTED = 5


def texts(section: Section) -> str:
    """What is repeated, what was right and is gone, and what is new, at tasks chosen by a fixed rule."""
    found = sides(section)
    if not found:
        return (
            '<p class="quiet">No texts are shown: no run kept the attempts of both its first and its latest exam '
            f"with a verdict named “{escaped(section.truth)}”.</p>"
        )
    tasks = chosen_tasks(found, section.truth)
    rule = (
        "Chosen by rule and not by hand: the two tasks that lost the most different right answers in any arm, "
        "then the task in the middle of that order. “Self” is the model's own score for the text."
    )
    if any(len(arm.runs) > 1 for arm in section.arms):
        rule += " The first seed of each arm is shown."
    cards = "".join(_card(task, found, section) for task in tasks)
    return f"<h4>What became of the right answers</h4>{_totals(found, section)}<h4>Real texts</h4><p>{rule}</p>{cards}"


def _totals(found: list[Sides], section: Section) -> str:
    head = ("arm", "exams compared", "right at first", "gone", "still given", "new", "most frequent text now")
    rows = []
    for side in found:
        before = len(right_answers(side.before, section.truth))
        lost, gained = len(gone(side, section.truth)), len(new(side, section.truth))
        compared = f"round {side.first.index} and round {side.now.index}"
        counts = (f"{count:,}" for count in (before, lost, before - lost, gained))
        text, share = most_frequent(side.after)
        frequent = f'<code>{excerpt(text)}</code> <span class="quiet">{share:.0%} of attempts</span>'
        rows.append((escaped(side.arm.name), compared, *counts, frequent))
    tasks = counted(found[0].before["task"].n_unique(), "task")
    about = f"Different right answers over {tasks} of the exam, in canonical form."
    return f"<p>{about}</p>{arms_table(section, head, rows)}"


def _card(task: str, found: list[Sides], section: Section) -> str:
    prompt = found[0].before.filter(pl.col("task") == task)["prompt"][0]
    shown = prompt if isinstance(prompt, str) else list(prompt)
    panels = "".join(f"<div>{_side(task, side, section)}</div>" for side in found)
    return (
        f'<section class="task"><h5><span class="quiet">Task</span> <code>{excerpt(prompt_text(shown))}</code></h5>'
        f'<div class="panels of{columns_for(len(found))}">{panels}</div></section>'
    )


def _side(task: str, side: Sides, section: Section) -> str:
    now, first = side.now.index, side.first.index
    heading = f'<p class="arm">{escaped(side.arm.name)}</p>' if len(section.arms) > 1 else ""
    most = repeated(side.after, task, section.truth, section.opinion)
    said = f"<h6>Most repeated in round {now}</h6>{_repeated(most)}"
    if now == first:
        quiet = f'<p class="quiet">Round {first} still stands, so nothing is gone or new.</p>'
        return f'{heading}<div class="side"><div>{said}</div><div>{quiet}</div></div>'
    lost = _answers(gone(side, section.truth), task)
    gained = _answers(new(side, section.truth), task)
    return (
        f'{heading}<div class="side"><div>{said}</div><div><h6>Right in round {first}, gone in round {now}</h6>{lost}'
        f"<h6>Right in round {now}, not in round {first}</h6>{gained}</div></div>"
    )


def _repeated(most: list[Repeated]) -> str:
    rows = [
        (
            f"<code>{excerpt(row.text)}</code>",
            f'<span class="times" style="--part:{row.count / row.of:.0%}">{row.count} of {row.of}</span>',
            _truth(row.right),
            "" if row.opinion is None else number(row.opinion),
        )
        for row in most
    ]
    return table(("text", "times", "truth", "self"), rows, numbers_from=3)


def _truth(right: float | None) -> str:
    if right is None:
        return '<span class="quiet">nothing</span>'
    if 0.0 < right < 1.0:
        return f"right {number(right)}"
    return '<span class="right">✓ right</span>' if right else '<span class="wrong">✗ wrong</span>'


def _answers(answers: pl.DataFrame, task: str) -> str:
    rows = answers.filter(pl.col("task") == task)
    if rows.is_empty():
        return '<p class="quiet">None.</p>'
    items = "".join(
        f"<li><code>{excerpt(row['answer'])}</code> ×{row['count']}</li>"
        for row in rows.head(ANSWERS_LISTED).iter_rows(named=True)
    )
    rest = len(rows) - ANSWERS_LISTED
    more = f'<li class="quiet">and {rest} more</li>' if rest > 0 else ""
    return f'<ul class="answers">{items}{more}</ul>'
