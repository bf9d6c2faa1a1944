"""The weights of `tiny` in a stock architecture of transformers give the same logits."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.domains import Puzzles
from headway.policy.tiny import Tiny, Vocabulary
from headway.policy.tiny.network import SHORT

pytest.importorskip("transformers")

from transformers import AutoModelForCausalLM, AutoTokenizer

from headway.policy.tiny.export import from_transformers, to_transformers, write_transformers
from headway.policy.tiny.stock_tokenizer import stock_tokenizer


@pytest.mark.parametrize(
    ("rotary", "architecture"),
    [
        ((True, True, True), "LlamaForCausalLM"),
        ((True, False, True), "SmolLM3ForCausalLM"),
        ((False,), "SmolLM3ForCausalLM"),
    ],
)
def test_logits_are_those_of_transformers(rotary: tuple[bool, ...], architecture: str) -> None:
    tiny = Tiny.create("abcdefgh", seed=0, width=32, heads=4, hidden=48, rotary=rotary)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in tiny.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=0.2)
    model = to_transformers(tiny)
    assert type(model).__name__ == architecture
    for length in (1, 2, 7, 23, SHORT, SHORT + 1):
        ids_BT = torch.randint(len(tiny.vocabulary), (3, length), generator=generator)
        with torch.no_grad():
            torch.testing.assert_close(tiny.network(ids_BT), model(ids_BT).logits, atol=1e-4, rtol=1e-4)


def test_the_model_has_weights_of_its_own() -> None:
    tiny = Tiny.create("ab", seed=0)
    before = tiny.digest()
    with torch.no_grad():
        for parameter in to_transformers(tiny).parameters():
            parameter.zero_()
    assert tiny.digest() == before


@pytest.mark.parametrize("rotary", [(True, True), (True, False)])
def test_a_folder_that_stock_tools_read_and_that_comes_back(tmp_path, rotary) -> None:
    """Out: AutoModel and AutoTokenizer give our ids and logits. Back, after training elsewhere: theirs."""
    tiny = Tiny.create(Puzzles().pieces, seed=0, width=32, heads=4, hidden=48, rotary=rotary)
    write_transformers(tiny, tmp_path / "a")
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "a")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "a")
    rows = tiny.encode(["3 11 8 17=22"], ["+11+8+3"])
    chat = [{"role": "user", "content": "3 11 8 17=22"}, {"role": "assistant", "content": "+11+8+3"}]
    assert tokenizer.apply_chat_template(chat).input_ids == rows[0].ids
    assert tokenizer("3 11 8 17=22+11+8+3").input_ids == tiny.vocabulary.encode("3 11 8 17=22+11+8+3")
    assert tokenizer.decode(rows[0].ids, skip_special_tokens=True) == "3 11 8 17=22+11+8+3"
    with pytest.raises(Exception, match="UNK"):
        tokenizer("3 ounces")
    ids_BT = torch.tensor([rows[0].ids])
    with torch.no_grad():
        torch.testing.assert_close(tiny.network(ids_BT), model(ids_BT).logits, atol=1e-4, rtol=1e-4)
        for parameter in model.parameters():
            parameter.add_(0.01 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1)))
    model.save_pretrained(tmp_path / "b")
    tokenizer.save_pretrained(tmp_path / "b")
    back = from_transformers(tmp_path / "b")
    with torch.no_grad():
        torch.testing.assert_close(back.network(ids_BT), model(ids_BT).logits, atol=1e-4, rtol=1e-4)
    assert back.vocabulary == tiny.vocabulary
    assert back.digest() != tiny.digest()
    assert from_transformers(tmp_path / "a").digest() == tiny.digest()


def test_what_a_tiny_policy_cannot_be_is_a_sentence(tmp_path) -> None:
    with pytest.raises(ValueError, match="no tokenizer that headway wrote"):
        from_transformers(tmp_path)
    write_transformers(Tiny.create("ab", seed=0, width=32), tmp_path)
    config = (tmp_path / "config.json").read_text()
    (tmp_path / "config.json").write_text(config.replace('"rms_norm_eps": 1e-06', '"rms_norm_eps": 1e-05'))
    with pytest.raises(ValueError, match=r"has rms_norm_eps 1e-05, and a tiny policy has 1e-06"):
        from_transformers(tmp_path)


@settings(max_examples=40)
@given(
    pieces=st.sets(st.text(alphabet="ab+. |(", min_size=1, max_size=3), min_size=1, max_size=8),
    text=st.text(alphabet="ab+. |(", max_size=12),
)
def test_the_stock_tokenizer_cuts_as_ours(pieces, text) -> None:
    vocabulary = Vocabulary(tuple(sorted(pieces | set("ab+. |("))))
    assert stock_tokenizer(vocabulary).encode(text).ids == vocabulary.encode(text)
