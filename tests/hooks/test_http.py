"""The reward behind HTTP: what a trainer posts is scored and recorded, and what is wrong is said."""

import json
from http.client import HTTPConnection
from threading import Thread

import polars as pl
import pytest

from headway.hooks.http import Shim, asked, named, server
from headway.hooks.recording import Recorder


def length(prompts, completions, labels):
    return [float(len(one)) for one in completions]


def same_as_label(prompts, completions, labels):
    return [None if label is None else float(one == label) for one, label in zip(completions, labels, strict=True)]


@pytest.fixture
def post(tmp_path):
    """A function that posts a body to a running shim; its reply is a status and an object."""
    serving = server(Shim(length, Recorder(tmp_path), same_as_label))
    thread = Thread(target=serving.serve_forever, daemon=True)
    thread.start()

    def posted(body: bytes):
        connection = HTTPConnection(*serving.server_address[:2], timeout=10)
        connection.request("POST", "/", body)
        reply = connection.getresponse()
        found = reply.status, json.loads(reply.read())
        connection.close()
        return found

    yield posted
    serving.shutdown()
    serving.server_close()
    thread.join()


def test_a_posted_batch_is_scored_and_recorded(post, tmp_path):
    request = {"query": ["1+1=2", "1+1=33"], "prompts": ["1+1=", "1+1="], "labels": ["2", "2"], "step": 4}
    status, reply = post(json.dumps(request).encode())
    assert status == 200 and reply["rewards"] == [1.0, 2.0]
    assert reply["extra_logs"]["gold"] == 0.5 and reply["extra_logs"]["coverage"] == 1.0
    rows = pl.read_parquet(tmp_path / "*.parquet").sort("text")
    assert rows.select("step", "task", "text", "reward", "gold").rows() == [
        (4, "1+1=", "2", 1.0, 1.0),
        (4, "1+1=", "33", 2.0, 0.0),
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "Expecting"),
        (b"[1]", "JSON object"),
        (b'{"prompts": [1]}', "'prompts'"),
        (b'{"prompts": ["a"], "completions": ["x", "y"]}', "2 completions"),
        (b"\xff\xfe", "decode"),
    ],
)
def test_what_is_no_request_is_refused_and_not_recorded(post, tmp_path, body, said):
    status, reply = post(body)
    assert status == 400 and said in reply["error"]
    assert not list(tmp_path.iterdir())


def test_completions_may_be_given_alone():
    assert asked({"prompts": ["a"], "completions": ["b"]}) == (["a"], ["b"], [None])


def test_a_function_is_named_by_module_and_name():
    assert named("json:dumps") is json.dumps
    with pytest.raises(ValueError, match="module:function"):
        named("json")
