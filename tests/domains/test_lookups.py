"""Running sums over a told dictionary, in both forms, and what an audit of execution reads off them."""

import random

import pytest

from headway.cast import Cast, Completions
from headway.domains import Lookups
from headway.domains.split import is_held_out
from headway.meter.horizon import Executing
from headway.sample import Chain

DOMAIN = Lookups(keys=5, turns=8, lowest=-9, highest=9)


class Clerk:
    """Goes on rightly unless the record shows more wrong steps than it can stand. An oracle of the audit, no model."""

    def __init__(self, domain, stands=99, lasts=99):
        self.domain, self.stands, self.lasts = domain, stands, lasts

    def sample(self, prompts, seeds, *, temperature, top_p, max_tokens):
        texts = [self._said(prompt, int(seed)) for prompt, seed in zip(prompts, seeds, strict=True)]
        return Completions(texts, [5] * len(texts), [0.0] * len(texts), ["stop"] * len(texts))

    def _said(self, prompt, seed):
        steps = range(2, len(prompt) - 1, 2)
        wrong = sum(
            self.domain.read(prompt[at + 1]["content"]) != self.domain.read(self.domain.right(prompt[: at + 1]))
            for at in steps
        )
        fails = wrong > self.stands or len(steps) >= self.lasts
        return self.domain.wrong(prompt, random.Random(seed)) if fails else self.domain.right(prompt)


def executed(clerk, **changes):
    audit = Executing(clerk.domain, plans=12, **changes)
    *_, done = audit.parts(Cast({"solver": clerk}))
    return done


@pytest.mark.parametrize("form", ["chat", "tool"])
def test_both_forms_say_the_same_sums(form):
    domain = Lookups(keys=5, turns=4, each=2, lowest=1, highest=9, form=form)
    plan = domain.tasks(1, 0, held_out=True)["traits"][0]["plan"]
    prompt, total = domain.opening(), 0
    for asked, truth in zip(plan, domain.truths(plan), strict=True):
        prompt.append({"role": "user", "content": asked})
        total += sum(value * asked.count(key) for key, value in domain.values.items())
        assert domain.right(prompt) == truth
        assert domain.check(prompt, None, str(total)) == 1.0
        assert domain.read(domain.wrong(prompt, random.Random(total))) != str(total)
        prompt.append({"role": "assistant", "content": truth})
    told = domain.opening()[0]["content"]
    assert all(f"{key} = {value}" in told for key, value in domain.values.items())


def test_an_answer_is_read_where_it_is_one():
    chat, tool = Lookups(), Lookups(form="tool")
    assert chat.read("<answer> -12 </answer> and more <answer>3</answer>") == "-12"
    assert chat.read("7.") == "7" and chat.read("+007") == "7"
    assert chat.read("it is 7") is None and chat.read("<answer>1.5</answer>") is None
    assert tool.read('{"tool": "set_total", "arguments": {"total": 41}}') == "41"
    assert tool.read('{"total": "many"}') is None


def test_plans_held_out_stay_apart_and_what_cannot_be_is_refused():
    assert all(is_held_out(task.split(":")[1].replace("|", " ")) for task in DOMAIN.tasks(20, 0, held_out=True)["task"])
    with pytest.raises(ValueError, match=r"Lookups\.highest is -100"):
        Lookups(highest=-100)
    with pytest.raises(ValueError, match=r"Lookups\.form is 'song'"):
        Lookups(form="song")
    with pytest.raises(ValueError, match="both ends"):
        Executing(DOMAIN, rates=(0.0, 0.5))


def test_whoever_goes_by_errors_is_told_from_whoever_goes_by_length():
    by_errors = executed(Clerk(DOMAIN, stands=1))
    assert by_errors.right("turn 8 rate 0").value == 1.0
    assert by_errors.slope_in_errors(8).high < 0.0
    assert by_errors.slope_in_length().value == 0.0
    assert by_errors.horizon().value == 8.0 and by_errors.ideal() is None
    by_length = executed(Clerk(DOMAIN, lasts=5))
    assert by_length.horizon().value == 5.0
    assert by_length.slope_in_length().high < 0.0
    assert by_length.slope_in_errors(4).value == 0.0
    assert by_length.changes()["window 1 rate 1"].value == 1.0  # one earlier turn is a short record


def test_the_true_sum_falls_for_free_after_a_first_error_and_steps_do_not():
    class Slips(Clerk):
        def _said(self, prompt, seed):
            return self.domain.wrong(prompt, random.Random(seed)) if len(prompt) == 5 else self.domain.right(prompt)

    found = executed(Slips(DOMAIN)).by_turn()
    assert [found[turn][0].value for turn in (1, 2, 3, 8)] == [1.0, 0.0, 1.0, 1.0]
    assert [found[turn][1].value for turn in (1, 2, 3, 8)] == [1.0, 0.0, 0.0, 0.0]
    assert [found[turn][2].value for turn in (1, 2, 3, 8)] == [1.0, 0.0, 0.0, 0.0]


def test_thinking_is_read_to_its_end_and_leaves_the_record():
    domain = Lookups(keys=5, turns=4, think=True)
    thought = "3 + 4 is <answer>7</answer>, no: <answer>8</answer>"
    assert (domain.read(thought), Lookups().read(thought)) == ("8", "7")
    assert domain.record(thought) == "<answer>8</answer>" and domain.record("well") == "well"
    assert "thinking" in domain.opening()[0]["content"]

    class Thinks(Clerk):
        def _said(self, prompt, seed):
            if "thinking" in prompt[0]["content"]:
                assert not any("hm" in message["content"] for message in prompt)
            return f"hm, {super()._said(prompt, seed)}"

    plain = Lookups(keys=5, turns=8)
    thinking = Chain(Lookups(keys=5, turns=8, think=True))
    done = executed(Thinks(plain, stands=-1), thinking=thinking)  # wrong at every turn, thinking or not
    assert done.changes()["own, thinking first"].value == 0.0


def test_the_price_is_what_is_asked():
    for helped in (False, True):
        audit = Executing(DOMAIN, plans=3, helped=helped)
        asked = []

        class Counting(Clerk):
            def sample(self, prompts, seeds, **how):
                asked.extend(prompts)  # noqa: B023
                return super().sample(prompts, seeds, **how)

        list(audit.parts(Cast({"solver": Counting(DOMAIN)})))
        price = audit.price()
        assert price.replies == len(asked)
        read = sum(len(message["content"]) for prompt in asked for message in prompt)
        assert price.tokens == pytest.approx(read / 3 + len(asked) * audit.max_tokens, rel=0.1)
