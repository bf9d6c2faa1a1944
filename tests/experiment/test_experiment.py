import pytest

from headway.domains import Addition, Puzzles
from headway.experiment import changed, read, text
from headway.gate import Always
from headway.presets import PRESETS, closed, guarded
from headway.select import Above, Best


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
@pytest.mark.parametrize("domain", [Puzzles(), Addition()], ids=repr)
def test_an_experiment_is_its_text(preset, domain):
    experiment = preset(domain)
    assert read(text(experiment)) == experiment
    assert read(repr(experiment)) == experiment


def test_the_presets_differ_in_selection_and_gate_only():
    safe, bare = guarded(Puzzles()), closed(Puzzles())
    same = ("propose", "sample", "judges", "train", "measure")
    assert all(vars(safe.loop)[name] == vars(bare.loop)[name] for name in same)
    assert (safe.start, safe.rounds) == (bare.start, bare.rounds)
    assert bare.loop.circular
    assert not safe.loop.circular


def test_any_field_can_be_changed_by_its_path():
    experiment = changed(
        guarded(Puzzles()),
        {"rounds": "3", "select.inner.keep": "2", "gate": "Always()", "judges.1.ask": "likelihood",
         "train.start": "base", "train.learning_rate": "1", "measure.ks": [1, 4]},
    )  # fmt: skip
    assert experiment.rounds == 3
    assert experiment.loop.select.inner == Above(of="tool", keep=2)
    assert experiment.loop.gate == Always()
    assert experiment.loop.judges[1].ask == "likelihood"
    assert experiment.loop.train.learning_rate == 1.0
    assert experiment.loop.measure.ks == (1, 4)
    assert changed(experiment, {"select": 'Best(of="self")'}).loop.select == Best(of="self")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("train.epochs", "two", "Fit.epochs is 'two'; allowed: a whole number"),
        ("train.epochs", "0", "Fit.epochs is 0; allowed: a whole number of at least 1"),
        ("train.epoch", "2", "Fit has no field 'epoch'; its fields are role, epochs"),
        ("select", "Fit()", r"allowed: Above\(...\) or Advantage\(...\)"),
        ("select", "Bets(of='self')", "no part named 'Bets'; did you mean Best"),
        ("select", "Best('self')", "write the fields of Best with their names"),
        ("select", "Best()", "Best needs a value for of"),
        ("select", "__import__('os').system('true')", "is not a number, a string, a tuple or a part"),
        ("train.start", "nowhere", "Fit.start is 'nowhere'; allowed: 'current' or 'base'"),
        ("judges.7.name", "x", "'7' is not a position from 0 to 1"),
        ("colour", "red", "Experiment has no field 'colour'; its fields are start, loop, rounds, seed, propose"),
        ("gate", 'Governor(standards=(Standard(metric="accuracy", margin=0.1),))', "one number lies"),
    ],
)
def test_a_bad_change_names_the_field_and_what_is_allowed(path, value, said):
    with pytest.raises(ValueError, match=said):
        changed(guarded(Puzzles()), {path: value})
