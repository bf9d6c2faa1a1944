"""The page's server over real HTTP: what it answers, and whom it refuses."""

import json
import os
import signal
import subprocess
import sys
from http.client import HTTPConnection
from threading import Thread

import pytest

from headway.people import read_log
from headway.review import LOG, Recorder, Server, queued
from headway.review.desk import Desk


@pytest.fixture
def serving(run_folder):
    queue = queued(run_folder, items=8)
    server = Server(Desk(queue, Recorder(queue.folder / LOG, queue.run), "anna"))
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def ask(server, path, body=None, **headers):
    """The status and the body of one request; headers that are None are left out."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    given = {"Host": server.hosts[0], "X-Headway-Token": server.token}
    data = None
    if body is not None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given |= {"Content-Type": "application/json", "Origin": f"http://{server.hosts[0]}"}
        given["Content-Length"] = str(len(data))
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection.putrequest("POST" if data is not None else "GET", path, skip_host=True, skip_accept_encoding=True)
    for name, value in given.items():
        if value is not None:
            connection.putheader(name, value)
    connection.endheaders(data)
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply.status, json.loads(text) if "json" in reply.headers["Content-Type"] else text


def lines(server):
    path = server.desk.recorder.path
    return list(read_log(path)) if path.is_file() else []


def test_a_person_answers_leaves_and_comes_back(serving):
    _, state = ask(serving, "/state")
    keys = [item["key"] for item in state["items"]]
    assert len(keys) == 8 and state["answers"] == {}
    assert ask(serving, "/answer", {"key": keys[0], "said": "accept"})[0] == 200
    status, reply = ask(serving, "/answer", {"key": keys[1], "said": "correct", "after": "The sum is 4."})
    assert status == 200 and reply["answers"][keys[1]]["said"] == "correct"
    again = Server(Desk(queued(serving.desk.queue.folder, items=8), serving.desk.recorder, "anna"))
    there = again.desk.state()
    again.server_close()
    assert [item["key"] for item in there["items"]] == keys
    assert {key: one["said"] for key, one in there["answers"].items()} == {keys[0]: "accept", keys[1]: "correct"}
    changed = there["answers"][keys[1]]["difference"]
    assert "".join(text for kind, text in changed if kind != "out") == "The sum is 4."
    assert ask(serving, "/undo", {})[1]["key"] == keys[1]
    assert [one.said for one in lines(serving)] == ["accept", "correct", "retract"]
    one = lines(serving)[0]
    assert (one.who, one.how, one.table, one.round) == ("anna", "page", "attempts", 1)


def test_the_page_says_neither_why_nor_what_judges_said(serving):
    _, state = ask(serving, "/state")
    assert set(state["items"][0]) == {"key", "prompt", "text", "shown", "finish", "level", "domain"}
    _, page = ask(serving, f"/?token={serving.token}", X_Headway_Token=None)
    assert "http" not in page.replace("https://", "http")  # nothing is loaded from anywhere
    assert ask(serving, "/page.css")[0] == ask(serving, "/page.js")[0] == 200
    assert any("\\u202e" in item["shown"] and "\u202e" in item["text"] for item in state["items"])


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/state", None, {"X_Headway_Token": None}, 403),
        ("/state", None, {"X_Headway_Token": "guess"}, 403),
        ("/state", None, {"X_Headway_Token": "gu\xe9ss"}, 403),
        ("/", None, {}, 403),
        ("/?token=guess", None, {}, 403),
        ("/state", None, {"Host": "evil.example"}, 421),
        ("/state", None, {"Host": None}, 421),
        ("/page.js", None, {"Host": "evil.example:80"}, 421),
        ("/nowhere", None, {}, 404),
        ("/../../etc/passwd", None, {}, 404),
        ("/undo", {}, {"Origin": "http://evil.example"}, 403),
        ("/undo", {}, {"Origin": "null"}, 403),
        ("/undo", {}, {"Sec_Fetch_Site": "cross-site"}, 403),
        ("/undo", {}, {"Sec_Fetch_Site": "same-site"}, 403),
        ("/undo", {}, {"X_Headway_Token": None}, 403),
        ("/undo", {}, {"Content_Type": "text/plain"}, 415),
        ("/undo", {}, {"Content_Length": "99999999999"}, 413),
        ("/undo", b"[]", {}, 400),
        ("/undo", b"\xff", {}, 400),
        ("/undo", {}, {}, 400),
        ("/nowhere", {}, {}, 404),
        ("/answer", {"key": "other", "said": "accept"}, {}, 400),
        ("/answer", {"said": "accept"}, {}, 400),
    ],
)
def test_what_is_not_from_the_page_changes_nothing(serving, path, body, headers, status):
    found, reply = ask(serving, path, body, **headers)
    assert found == status
    assert reply["error"]
    assert lines(serving) == []


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"said": "retract"}, "an answer is one of accept, reject, correct, skip"),
        ({"said": "correct"}, "a correction needs a text"),
        ({"said": "correct", "after": "  "}, "a correction needs a text"),
        ({"said": "correct", "after": "x" * 1_000_001}, "a correction may have 1,000,000 characters"),
        ({"said": "correct"}, "a correction needs a text"),
    ],
)
def test_an_answer_that_cannot_be_is_a_sentence(serving, request_, said):
    key = serving.desk.queue.items[0].key
    status, reply = ask(serving, "/answer", {"key": key, **request_})
    assert status == 400 and said in reply["error"]
    assert lines(serving) == []


def test_a_correction_that_changes_nothing_is_refused(serving):
    item = serving.desk.queue.items[0]
    status, reply = ask(serving, "/answer", {"key": item.key, "said": "correct", "after": item.attempt.text})
    assert status == 400 and "nothing is changed" in reply["error"]


def test_a_log_that_cannot_be_written_is_said_on_the_page(serving):
    os.mkdir(serving.desk.recorder.path)  # root writes anything, but not this
    key = serving.desk.queue.items[0].key
    status, reply = ask(serving, "/answer", {"key": key, "said": "accept"})
    assert status == 507 and reply["error"].startswith("not recorded: ")


def test_only_this_machine_is_listened_to(serving):
    assert serving.server_address[0] == "127.0.0.1"
    assert serving.address.startswith("http://127.0.0.1:") and len(serving.token) >= 32


def test_the_command_serves_until_it_is_interrupted(run_folder):
    """As a user starts and ends it, and without torch: a person's own machine need not have it."""
    code = (
        "import sys\nfrom headway.cli import main\n"
        f"sys.argv = ['headway', 'review', {str(run_folder)!r}, '--no-browser', '--reviewer', 'anna', '--json']\n"
        "try:\n    main()\nfinally:\n    assert 'torch' not in sys.modules\n"
    )
    command = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert command.stderr is not None
    said = ""
    while "token=" not in said:
        said = command.stderr.readline()
        assert said, command.wait()
    host, token = said.strip().removeprefix("http://").split("/?token=")
    connection = HTTPConnection(host, timeout=30)
    body = json.dumps({"key": queued(run_folder).items[0].key, "said": "reject"})
    connection.request("POST", "/answer", body, {"Content-Type": "application/json", "X-Headway-Token": token})
    assert connection.getresponse().status == 200
    connection.close()
    command.send_signal(signal.SIGINT)
    out, rest = command.communicate(timeout=60)
    assert command.returncode == 0, rest
    done = json.loads(out)
    assert (done["who"], done["answered"], done["lines"]) == ("anna", 1, 1)
    assert [one.said for one in read_log(run_folder / LOG)] == ["reject"]
