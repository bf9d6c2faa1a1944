"""The page in a real browser, by keyboard alone."""

from threading import Thread

import pytest
from browser import CHROMIUM, Browser

from headway.people import read_log
from headway.review import LOG, Recorder, Server, queued
from headway.review.desk import Desk

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine; install `chromium`")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    one = Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.close()


@pytest.fixture
def serve(run_folder):
    """A function that serves a run's queue to a person, as often as it is called."""
    folder = run_folder
    begun = []

    def started(who="anna", items=6):
        queue = queued(folder, items=items)
        server = Server(Desk(queue, Recorder(folder / LOG, queue.run), who))
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        begun.append((server, thread))
        return server

    yield started
    for server, thread in begun:
        server.shutdown()
        server.server_close()
        thread.join()


def ready(browser, address):
    browser.open(address)
    browser.until("state !== null && !busy")


def press(browser, key, answers, *, control=False):
    """Press a key, and wait until so many answers stand."""
    browser.press(key, control=control)
    browser.until(f"!busy && Object.keys(state.answers).length === {answers}")


def test_a_review_by_keyboard(browser, serve, tmp_path):
    server = serve()
    log = tmp_path / "run" / LOG
    first, second, third, *_ = server.desk.queue.items
    browser.errors.clear()
    ready(browser, server.address)
    assert "0 of 6 answered" in browser.text()
    press(browser, "a", 1)
    assert browser.value("place") == 1
    press(browser, "r", 2)
    browser.press("c")
    browser.until("document.activeElement.id === 'after'")
    assert browser.value("document.activeElement.value") == third.attempt.text
    browser.press("a")  # a letter in the field, not an answer
    browser.type(" It is 7")
    browser.until("document.querySelector('#difference ins')?.textContent.includes('7')")
    assert browser.value("document.querySelector('#difference').textContent").startswith(third.attempt.text[:3])
    press(browser, "Enter", 3, control=True)
    press(browser, "s", 4)
    press(browser, "u", 3)
    assert browser.value("place") == 3
    browser.press("k")
    browser.until("place === 2")
    assert "You said: corrected" in browser.text() and "What changes" in browser.text()
    browser.press("j")
    browser.until("place === 3")
    found = read_log(log)
    assert [one.said for one in found] == ["accept", "reject", "correct", "skip", "retract"]
    assert [one.attempt for one in found[:3]] == [first.attempt.id, second.attempt.id, third.attempt.id]
    assert found[2].after == third.attempt.text + "a It is 7" and found[2].before == third.attempt.text
    assert {one.who for one in found} == {"anna"}
    # left, and come back to another start of the server
    browser.open("about:blank")
    ready(browser, serve().address)
    assert "3 of 6 answered" in browser.text() and browser.value("place") == 3
    for answers in (4, 5, 6):
        press(browser, "a", answers)
    assert "All are answered" in browser.text()
    assert "5 right" not in browser.text() and "4 right, 1 wrong, 1 corrected" in browser.text()
    assert browser.errors == []


def test_escape_leaves_a_correction_and_nothing_is_kept(browser, serve, tmp_path):
    ready(browser, serve().address)
    browser.press("c")
    browser.until("document.activeElement.id === 'after'")
    browser.type("something else")
    browser.press("Escape")
    browser.until("!writing && document.getElementById('correction').hidden")
    assert not (tmp_path / "run" / LOG).exists()
    browser.press("u")
    browser.until("document.getElementById('status').className === 'wrong'")
    assert "there is nothing to take back" in browser.text()


def test_what_an_attempt_says_is_text_and_never_markup(browser, serve):
    server = serve(items=40)
    browser.errors.clear()
    ready(browser, server.address)
    hostile = next(place for place, item in enumerate(server.desk.queue.items) if "<img" in item.attempt.text)
    browser.value(f"go({hostile})")
    assert "<img src=x onerror=" in browser.text() and "\\u202e" in browser.text()
    assert browser.value("document.querySelectorAll('img').length") == 0
    assert "hacked" not in browser.value("document.title") and browser.errors == []


def test_another_page_in_the_same_browser_can_neither_read_nor_answer(browser, serve, tmp_path):
    server = serve()
    browser.open("data:text/html,another page")
    body = f"JSON.stringify({{key: '{server.desk.queue.items[0].key}', said: 'accept'}})"
    kinds = {"simple": "'text/plain'", "with preflight": "'application/json'"}
    for kind in kinds.values():
        for mode in ("cors", "no-cors"):
            headers = f"{{'Content-Type': {kind}, 'X-Headway-Token': '{server.token}'}}"
            asked = f"{{method: 'POST', mode: '{mode}', body: {body}, headers: {headers}}}"
            sent = browser.value(f"fetch('http://{server.hosts[0]}/answer', {asked}).then((r) => r.status, () => -1)")
            assert sent in (-1, 0)  # 0: sent without looking at the reply
    assert browser.value(f"fetch('http://{server.hosts[0]}/page.js').then((r) => r.status, () => -1)") == -1
    assert not (tmp_path / "run" / LOG).exists()


def test_two_people_answer_the_same_run(browser, serve, tmp_path):
    for who in ("anna", "ben"):
        ready(browser, serve(who).address)
        assert "0 of 6 answered" in browser.text() and f"as {who}" in browser.text()
        press(browser, "a", 1)
    assert [one.who for one in read_log(tmp_path / "run" / LOG)] == ["anna", "ben"]


def test_a_server_that_was_stopped_is_said(browser, serve, tmp_path):
    server = serve()
    ready(browser, server.address)
    server.shutdown()
    server.server_close()
    browser.value("window.fetch = () => Promise.reject(new TypeError('Failed to fetch'))")
    browser.press("a")
    browser.until("document.getElementById('status').className === 'wrong'")
    assert "headway is not answering" in browser.text() and "0 of 6 answered" in browser.text()


@pytest.mark.parametrize("width", [390, 1100])
def test_nothing_is_wider_than_the_window(browser, serve, width):
    ready(browser, serve(items=40).address)
    browser.resize(width, 800)
    for state in ("", "correct()"):
        browser.value(f"{state}; 0")
        assert browser.value("document.documentElement.scrollWidth") <= width
    smallest = "Math.min(...[...document.querySelectorAll('#choices button')].map((one) => one.offsetHeight))"
    browser.value("stop()")
    assert browser.value(smallest) >= 44  # a finger
    browser.resize(1100, 800)
