"""The losses themselves: against closed forms, against TRL on the same batch, and in pieces."""

import math

import numpy as np
import pytest
import torch

from headway.policy.tiny import Tiny
from headway.train import Prefer, Reinforce
from headway.train.losses import divergence, preference, ratios, shares, surrogate
from headway.train.reinforce import Batch, logprobs

WORDS = ["ab", "b", "dcd", "", "aaaa", "cb"]
WEIGHTS = np.array([1.0, -0.5, 0.25, -1.0, 2.0, 0.5])


def make(seed: int) -> Tiny:
    return Tiny.create("abcd", seed=seed, width=16, heads=2, hidden=24, rotary=(True, True))


def test_the_gradient_of_the_first_update_is_that_of_reinforce():
    logprob = torch.tensor([-1.0, -2.0, -0.5], requires_grad=True)
    ratio = ratios(logprob, logprob.detach(), torch.tensor([0, 0, 1]), 2, "token")
    surrogate(ratio, torch.tensor([2.0, 2.0, -3.0]), 0.2, 0.2).sum().backward()
    assert logprob.grad is not None and logprob.grad.tolist() == [-2.0, -2.0, 3.0]


@pytest.mark.parametrize(
    ("weight", "ratio", "expected"), [(1, 1.5, -1.2), (1, 0.5, -0.5), (-1, 1.5, 1.5), (-1, 0.5, 0.8)]
)
def test_a_ratio_counts_up_to_the_clip_on_the_side_that_is_paid(weight, ratio, expected):
    found = surrogate(torch.tensor([ratio]), torch.tensor([float(weight)]), 0.2, 0.2)
    assert found.item() == pytest.approx(expected)


def test_at_sequence_level_a_row_has_one_ratio_the_geometric_mean():
    logprob, old = torch.tensor([math.log(1.21), 0.0, 0.5]), torch.tensor([0.0, 0.0, 0.5])
    assert ratios(logprob, old, torch.tensor([0, 0, 1]), 2, "sequence").tolist() == pytest.approx([1.1, 1.1, 1.0])


def test_the_divergence_estimates_kl_and_is_never_negative():
    first, second = torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.2, 0.3, 0.5])
    each = divergence(first.log(), second.log())
    assert (each >= 0).all()
    assert (first * each).sum().item() == pytest.approx((first * (first / second).log()).sum().item(), abs=1e-6)


def test_shares_sum_to_one_row_or_token():
    length = torch.tensor([1.0, 3.0])
    assert shares(length, "row").tolist() == pytest.approx([1 / 2, 1 / 6])
    assert shares(length, "token").tolist() == pytest.approx([1 / 4, 1 / 4])


def test_preferences_in_closed_form():
    chosen, rejected = torch.tensor([2.0]), torch.tensor([-1.0])
    assert preference(chosen, rejected, 0.5, "dpo").item() == pytest.approx(math.log(1 + math.exp(-1.5)), abs=1e-6)
    assert preference(chosen, rejected, 0.5, "ipo").item() == pytest.approx((3.0 - 1.0) ** 2)
    assert preference(chosen, rejected, 0.5, "hinge").item() == 0.0
    assert preference(rejected, chosen, 0.5, "hinge").item() == pytest.approx(2.5)


def test_pieces_add_up_to_the_batch(monkeypatch):
    tiny, past = make(0), make(1)
    rows = tiny.encode(["a"] * 6, WORDS)
    batch = Batch(rows, torch.from_numpy(WEIGHTS), logprobs(past, rows), logprobs(past, rows))
    pairs = [(rows[0], rows[1]), (rows[4], rows[2]), (rows[5], rows[3])]
    far = torch.zeros(3, 2)
    found = []
    for at_once in (10_000, 8):
        monkeypatch.setattr("headway.train.fit.TOKENS_AT_ONCE", at_once)
        policy = list(Reinforce(kl=0.1, level="sequence", over="row").losses(tiny, batch))
        preferred = list(Prefer(loss="ipo").losses(tiny, pairs, far))
        found.append((len(policy), sum(policy).item(), len(preferred), sum(preferred).item()))
    (one, policy, also_one, preferred), (many, policy_too, many_too, preferred_too) = found
    assert one == also_one == 1 and many > 1 and many_too > 1
    assert (policy_too, preferred_too) == pytest.approx((policy, preferred), abs=1e-6)


def test_logprobs_are_those_of_the_score_in_the_order_of_the_rows():
    tiny = make(0)
    rows = tiny.encode(["a"] * 6, WORDS)
    totals = [float(one.sum()) for one in logprobs(tiny, rows)]
    assert totals == pytest.approx(tiny.score(["a"] * 6, WORDS).logprob.tolist(), abs=1e-5)


# -- against TRL ----------------------------------------------------------------------------------


def trl_batch(rows):
    """Prompts and completions as TRL has them: prompts padded on the left, completions on the right."""
    longest = max(row.prompt for row in rows), max(len(row.ids) - row.prompt for row in rows)
    made = {"prompt_ids": [], "prompt_mask": [], "completion_ids": [], "completion_mask": []}
    for row in rows:
        prompt, text = row.ids[: row.prompt], row.ids[row.prompt :]
        before, after = [0] * (longest[0] - len(prompt)), [0] * (longest[1] - len(text))
        made["prompt_ids"].append(before + prompt)
        made["prompt_mask"].append(before + [1] * len(prompt))
        made["completion_ids"].append(text + after)
        made["completion_mask"].append([1] * len(text) + after)
    return {name: torch.tensor(values) for name, values in made.items()}


def padded(values, width):
    return torch.stack([torch.nn.functional.pad(value, (0, width - len(value))) for value in values])


@pytest.fixture
def stock(tmp_path):
    """A tiny policy as TRL wants it: a model and a tokenizer of transformers."""
    pytest.importorskip("trl", reason="TRL is not installed, so its losses cannot be held beside ours")
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from headway.policy.tiny.export import write_transformers

    def load(tiny):
        write_transformers(tiny, tmp_path)
        return AutoModelForCausalLM.from_pretrained(tmp_path), AutoTokenizer.from_pretrained(tmp_path)

    return load


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("level", "over", "loss_type"), [("token", "row", "grpo"), ("token", "token", "bnpo"), ("sequence", "row", "grpo")]
)
@pytest.mark.parametrize("kl", [0.0, 0.3])
def test_the_policy_loss_is_trls(stock, tmp_path, level, over, loss_type, kl):
    tiny, past, base = make(0), make(1), make(2)
    model, tokenizer = stock(tiny)
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    trainer = GRPOTrainer(
        model=model,
        processing_class=tokenizer,
        reward_funcs=lambda completions, **_: [0.0] * len(completions),
        train_dataset=Dataset.from_dict({"prompt": ["a"]}),
        args=GRPOConfig(
            output_dir=str(tmp_path / "out"), loss_type=loss_type, importance_sampling_level=level, beta=kl,
            epsilon=0.2, epsilon_high=0.3, num_generations=2, per_device_train_batch_size=6, use_cpu=True, bf16=False,
            report_to=[],
        ),
    )  # fmt: skip
    trainer.model.eval()
    rows = tiny.encode(["a", "ab", "abc", "a", "ab", "abc"], WORDS)
    old, reference = logprobs(past, rows), logprobs(base, rows)
    inputs = trl_batch(rows)
    width = inputs["completion_ids"].shape[1]
    inputs |= {
        "advantages": torch.tensor(WEIGHTS, dtype=torch.float32),
        "old_per_token_logps": padded(old, width),
        "ref_per_token_logps": padded(reference, width),
        "num_items_in_batch": inputs["completion_mask"].sum(),
    }
    with torch.no_grad():
        theirs = trainer._compute_loss(trainer.model, inputs).item()
    ours = Reinforce(clip_low=0.2, clip_high=0.3, kl=kl, level=level, over=over)
    batch = Batch(rows, torch.from_numpy(WEIGHTS), old, reference if kl else None)
    assert sum(ours.losses(tiny, batch)).item() == pytest.approx(theirs, abs=1e-5)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("loss", "loss_type"), [("dpo", "sigmoid"), ("ipo", "ipo"), ("hinge", "hinge")])
def test_the_preference_loss_is_trls(stock, tmp_path, loss, loss_type):
    tiny, base = make(0), make(2)
    reference, _ = stock(base)
    model, tokenizer = stock(tiny)
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer

    trainer = DPOTrainer(
        model=model,
        ref_model=reference,
        processing_class=tokenizer,
        train_dataset=Dataset.from_list([{"prompt": "a", "chosen": "b", "rejected": "c"}]),
        args=DPOConfig(
            output_dir=str(tmp_path / "out"),
            loss_type=loss_type,
            beta=0.2,
            use_cpu=True,
            bf16=False,
            report_to=[],
            max_length=None,
        ),
    )
    trainer.model.eval()
    prompts, chosen, rejected = ["a", "ab", "abc"], ["ab", "dcd", "cb"], ["b", "", "aaaa"]
    pairs = list(zip(tiny.encode(prompts, chosen), tiny.encode(prompts, rejected), strict=True))
    examples = [
        {
            "prompt_ids": good.ids[: good.prompt],
            "chosen_ids": good.ids[good.prompt :],
            "rejected_ids": bad.ids[bad.prompt :],
        }
        for good, bad in pairs
    ]
    inputs = trainer.data_collator(examples)
    with torch.no_grad():
        theirs = trainer._compute_loss(trainer.model, inputs, return_outputs=False).item()
    known = torch.stack([total.sum() for total in logprobs(base, [side for pair in pairs for side in pair])]).view(
        -1, 2
    )
    assert sum(Prefer(loss=loss, beta=0.2).losses(tiny, pairs, known)).item() == pytest.approx(theirs, abs=1e-5)
