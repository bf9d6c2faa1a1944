"""Training on drawn batches: what is drawn, at what rate, and what comes out."""

import numpy as np
import pytest

from headway.cast import Encoded
from headway.domains import Strings
from headway.policy.tiny import Tiny
from headway.train import Draw
from headway.train.draw import Drawing


def rows_of(lengths):
    return [Encoded(list(range(length)), 1) for length in lengths]


def test_a_row_is_drawn_as_often_as_its_weight_says_and_groups_have_one_length():
    rows, weights = rows_of([4, 4, 8, 8]), np.array([1.0, 3.0, 0.0, 4.0])
    drawing = Drawing(rows, weights, np.random.default_rng(0))
    counts = dict.fromkeys(map(id, rows), 0)
    tokens = {4: 0, 8: 0}
    for _ in range(400):
        batch = drawing.batch(2, 32)
        assert [len(row.ids) for row in batch] == sorted(len(row.ids) for row in batch)
        for row in batch:
            counts[id(row)] += 1
            tokens[len(row.ids)] += len(row.ids)
    first, second, never, only = (counts[id(row)] for row in rows)
    assert never == 0
    assert only > 0
    assert second / first == pytest.approx(3.0, rel=0.15)
    assert tokens[4] / tokens[8] == pytest.approx(
        1.0, rel=0.15
    )  # the lengths weigh the same, so they get as many tokens


@pytest.mark.parametrize(("index", "expected"), [(0, 0.1), (9, 1.0), (50, 1.0), (85, 0.5), (99, 1 / 30)])
def test_the_rate_warms_up_stays_and_decays(index, expected):
    assert Draw(updates=100, warm=0.1, decay=0.3).rate(index) == pytest.approx(expected)


def test_the_average_comes_out_and_the_same_seed_gives_the_same_bits():
    domain = Strings(1, 4)
    tasks = domain.tasks(100, 0)

    def trained(average):
        policy = Tiny.create(domain.pieces, seed=0, width=16, heads=2, hidden=32, rotary=(False, False))
        rows = policy.encode(tasks.prompts, tasks["truth"].to_list())
        losses = Draw(updates=30, tokens=256, learning_rate=3e-3, average=average).train(
            policy, rows, np.ones(len(rows)), seed=1
        )
        return policy, losses

    (mean, losses), (again, _), (last, same) = trained(0.995), trained(0.995), trained(0.0)
    assert losses[-1] < losses[0]
    assert losses == same
    assert mean.digest() == again.digest() != last.digest()


@pytest.mark.parametrize("weights", [[0.0, 0.0], [1.0, -1.0]])
def test_weights_that_cannot_be_drawn_are_refused(weights):
    with pytest.raises(ValueError, match="use Fit to unlearn"):
        Draw(updates=1).train(None, rows_of([3, 3]), np.array(weights), 0)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"updates": 0}, {"tokens": 2}, {"average": 1.0}, {"warm": 0.8, "decay": 0.3}])
def test_settings_out_of_range_are_named(change):
    with pytest.raises(ValueError, match=f"Draw.{list(change)[-1]} is"):
        Draw(**change)
