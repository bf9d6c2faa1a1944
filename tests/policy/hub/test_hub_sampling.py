"""Sampling is that of the model itself, whoever the neighbours are and however many processes there are."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from headway.policy.hub import Hub, Lora, writing
from headway.policy.hub.base import ALIGNED
from headway.policy.hub.shared import SharedWeights, unpickled
from headway.policy.hub.workers import WorkerError

MESSAGES = [{"role": "user", "content": "1 + 2?"}]
PROMPTS = ["12 + 3 =", "1", "12 + 3 = 4; 5", "9", "12 + 3 =", "7 + 7 = 14; 1 + 1 ="] * 4


def seeds(n: int, first: int = 0) -> np.ndarray:
    return np.arange(first, first + n, dtype=np.uint64)


def sampled(policy: Hub, prompts: list, first: int = 0, temperature: float = 1.0, top_p: float = 1.0, most: int = 12):
    return policy.sample(prompts, seeds(len(prompts), first), temperature=temperature, top_p=top_p, max_tokens=most)


@pytest.mark.parametrize("chat", [False, True])
def test_greedy_is_what_generate_writes(made: Callable[..., Hub], chat: bool) -> None:
    policy = made(chat=chat)
    prompts = [*PROMPTS[:6], *([MESSAGES] if chat else [])]
    written = sampled(policy, prompts, temperature=0.0)
    model = policy.loaded.body.put(policy.weights)
    for prompt, text in zip(prompts, written.texts, strict=True):
        ids = torch.tensor([policy.tokens.prompts([prompt])[0]])
        out = model.generate(input_ids=ids, attention_mask=ids >= 0, do_sample=False, max_new_tokens=12)  # type: ignore[operator]
        drawn = out[0, ids.shape[1] :].tolist()
        assert text == policy.tokens.read(drawn[:-1] if drawn[-1] == 0 else drawn)


def test_log_probabilities_are_those_of_a_plain_forward_pass(moved: Hub) -> None:
    written = sampled(moved, PROMPTS, temperature=1.3, top_p=0.9)
    stopped = np.array([finish == "stop" for finish in written.finish])
    assert 0 < stopped.sum() < len(PROMPTS)
    model = moved.loaded.body.put(moved.weights)
    for index in np.flatnonzero(stopped):
        row = moved.encode([PROMPTS[index]], [written.texts[index]])[0]
        if len(row.ids) - row.prompt != written.tokens[index]:
            continue  # the text is written otherwise than the tokenizer would write it
        with torch.no_grad():
            logprob = torch.log_softmax(model(input_ids=torch.tensor([row.ids])).logits[0, :-1], dim=-1)
        expected = sum(float(logprob[place - 1, row.ids[place]]) for place in range(row.prompt, len(row.ids)))
        assert written.logprob[index] == pytest.approx(expected, abs=1e-4)
    assert (written.tokens[~stopped] == 12).all()


def test_neighbours_padding_and_a_shared_beginning_change_nothing(moved: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "1 + 1 = 2; 3 + 3 = 6; "
    prompts = [long + prompt for prompt in PROMPTS]
    together = sampled(moved, prompts, top_p=0.95)
    for index in (0, 3, 11, 20):
        alone = sampled(moved, prompts[index : index + 1], first=index, top_p=0.95)
        assert alone.texts[0] == together.texts[index]
        assert alone.logprob[0] == pytest.approx(together.logprob[index], abs=1e-4)
    for name, value in (("SHARED", 10_000), ("READ_AT_ONCE", 20), ("SLOTS_AHEAD", 2), ("SLOTS_AT_ONCE", 128)):
        monkeypatch.setattr(writing, name, value)
        apart = sampled(moved, prompts, top_p=0.95)
        assert apart.texts == together.texts, name
        np.testing.assert_allclose(apart.logprob, together.logprob, atol=1e-4)


def test_finished_rows_leave_the_batch(moved: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    widths: list[int] = []
    through = writing.Batch._through

    def counted(self, ids_BT, position_BT):
        widths.append(len(ids_BT))
        return through(self, ids_BT, position_BT)

    monkeypatch.setattr(writing.Batch, "_through", counted)
    written = sampled(moved, ["1"] * 16, most=20)
    assert widths[0] == 1, "one prompt is read once for all its attempts"
    steps = widths[1:]
    assert steps == sorted(steps, reverse=True) and steps[-1] < 16
    assert sum(steps) == (written.tokens - 1).sum(), "a row is stepped once for every token but its first"


def test_the_same_seed_writes_the_same_and_another_another(moved: Hub) -> None:
    first, again, other = (sampled(moved, PROMPTS, first) for first in (0, 0, 1000))
    assert first.texts == again.texts and (first.logprob == again.logprob).all()
    assert first.texts != other.texts


def test_an_attempt_ends_before_a_stop_text(made: Callable[..., Hub]) -> None:
    free = sampled(made(), PROMPTS, most=16)
    common = max("0123456789 +=;esYNo", key=lambda letter: sum(letter in text for text in free.texts))
    written = sampled(made(stop=(common, "no such text")), PROMPTS, most=16)
    cut = [common in text for text in free.texts]
    assert any(cut)
    for text, whole, was_cut, finish in zip(written.texts, free.texts, cut, written.finish, strict=True):
        assert text == whole.split(common)[0]
        assert finish == "stop" or not was_cut
    row = made(stop=(common,)).encode(["1"], ["3"])[0]
    assert made().tokens.tokenizer.decode(row.ids[row.prompt :]) == "3" + common


def test_no_prompts_no_attempts(made: Callable[..., Hub]) -> None:
    assert sampled(made(), []).texts == []


def test_messages_need_a_chat_template(made: Callable[..., Hub], without_template) -> None:
    bare = made(model=str(without_template))
    with pytest.raises(ValueError, match="the model has no chat template, so it cannot read messages"):
        sampled(bare, [MESSAGES])
    assert len(sampled(bare, ["1 + 2?"]).texts) == 1


def test_the_chat_template_is_applied_to_messages_always_and_to_text_when_asked(made: Callable[..., Hub]) -> None:
    plain, chat = made().tokens, made(chat=True).tokens
    expected = "<|user|>1 + 2?<end><|assistant|>"
    assert plain.tokenizer.decode(plain.prompts([MESSAGES])[0]) == expected
    assert chat.prompts(["1 + 2?"]) == plain.prompts([MESSAGES]) == chat.prompts([MESSAGES])
    assert plain.tokenizer.decode(plain.prompts(["1 + 2?"])[0]) == "1 + 2?"


def test_weights_in_a_shared_file_are_the_same_and_see_what_is_written(moved: Hub) -> None:
    model = moved.loaded.body.merge(moved.weights)
    before = {name: one.clone() for name, one in model.named_parameters()}
    shared = SharedWeights(model)
    twin = unpickled(shared.pickled(model), str(shared.path), shared.size)
    shared.forget()
    assert not shared.path.exists()
    for name, one in twin.named_parameters():
        assert torch.equal(one, before[name])
        assert one.data_ptr() != model.get_parameter(name).data_ptr() and one.data_ptr() % ALIGNED == 0
    with torch.no_grad():
        moved.parameters()[1].add_(1.0)
    moved.loaded.body.merge(moved.weights)
    ids = torch.arange(6)[None]
    assert torch.equal(twin(input_ids=ids).logits, model(input_ids=ids).logits)
    assert any(not torch.equal(one, before[name]) for name, one in twin.named_parameters())


@pytest.mark.slow  # a process takes seconds to begin
@pytest.mark.parametrize("lora", [Lora(4, 8.0), None])
def test_processes_give_the_same_bits(made: Callable[..., Hub], lora: Lora | None) -> None:
    prompts = PROMPTS * 2
    answers = []
    for workers in (0, 1, 2):
        first = made(workers=workers, lora=lora)
        sampled(first, prompts)
        policy = first.copy()
        with torch.no_grad():
            policy.parameters()[-1].add_(0.1)  # after the processes have begun
        written = sampled(policy, prompts)
        judged = policy.verdict(["1 + 1 = "] * 70, [str(n) for n in range(70)])
        answers.append((written.texts, written.logprob, policy.score(prompts * 2, written.texts * 2).logprob, judged))
        assert (policy.loaded.workers is not None) == (workers > 0)
    for spread in answers[1:]:
        for one, other in zip(answers[0], spread, strict=True):
            assert (np.array(one) == np.array(other)).all()


@pytest.mark.slow
def test_a_process_that_ended_is_an_error_in_words(made: Callable[..., Hub]) -> None:
    policy = made(workers=1)
    sampled(policy, PROMPTS)
    for process in policy.loaded.workers._processes:  # type: ignore[union-attr]
        process.kill()
    with pytest.raises(WorkerError, match="a worker process ended with code -9"):
        sampled(policy, PROMPTS)
