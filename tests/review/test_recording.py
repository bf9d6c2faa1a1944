"""The writer of the log: several people at once, a disk that fails, and nothing lost that was said to be kept."""

import os
from multiprocessing import get_context
from threading import Thread
from time import sleep

import pytest
from made_run import run

from headway.journal import Journal, run_hash
from headway.journal.disk import Disk
from headway.people import LogError, read_log, standing
from headway.review import LOG, Recorder, queued
from headway.review.recording import answered


@pytest.fixture
def queue(run_folder):
    return queued(run_folder, items=12)


class Full(Disk):
    """A disk on which the `at`-th append leaves half of its line."""

    def __init__(self, at):
        self.at = at

    def append(self, path, data):
        self.at -= 1
        if self.at == 0:
            super().append(path, data[: len(data) // 2])
            raise OSError(28, "No space left on device", str(path))
        super().append(path, data)


class Synced(Disk):
    """Remembers how much of the log was durable, and when."""

    def __init__(self):
        self.done = []

    def append(self, path, data):
        super().append(path, data)
        self.done.append(("append", path.name))

    def sync(self, path):
        super().sync(path)
        self.done.append(("sync", path.name))


def say(queue, place, said="accept", who="anna", **fields):
    return answered(queue.run, queue.items[place], who, said, **fields)


def test_every_line_is_durable_before_it_counts(queue):
    disk = Synced()
    recorder = Recorder(queue.folder / LOG, queue.run, disk)
    recorder.add([say(queue, 0)])
    recorder.add([say(queue, 1)])
    name = queue.folder.name
    assert disk.done == [("append", LOG), ("sync", LOG), ("sync", name), ("append", LOG), ("sync", LOG)]


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_full_disk_loses_nothing_that_was_kept(queue, at):
    recorder = Recorder(queue.folder / LOG, queue.run, Full(at))
    kept = []
    for place in range(4):
        one = say(queue, place)
        try:
            recorder.add([one])
            kept.append(one)
        except OSError:
            assert place == at - 1
    assert list(recorder.answers()) == kept
    assert len(kept) == 3


def _twenty(folder, who):
    queue = queued(folder, items=12)
    recorder = Recorder(folder / LOG, queue.run)
    for number in range(20):
        recorder.add([answered(queue.run, queue.items[number % 12], who, "accept")])
        if number % 10 == 9:
            recorder.take_back(who, {item.key for item in queue.items})


def test_several_people_at_once(queue):
    other = get_context("spawn").Process(target=_twenty, args=(queue.folder, "ben"))
    here = [Thread(target=_twenty, args=(queue.folder, who)) for who in ("anna", "cara")]
    other.start()
    while not (queue.folder / LOG).exists():
        sleep(0.01)  # it takes seconds to load what it needs
    for one in here:
        one.start()
    for one in (*here, other):
        one.join(60)
    found = read_log(queue.folder / LOG)
    assert [sum(one.who == who for one in found) for who in ("anna", "ben", "cara")] == [22] * 3
    assert len({one.id for one in found}) == 66


def test_a_log_that_is_replaced_or_damaged_meanwhile_is_read_anew(queue):
    recorder = Recorder(queue.folder / LOG, queue.run)
    recorder.add([say(queue, 0), say(queue, 1)])
    assert len(recorder.answers()) == 2
    path, short = recorder.path, queue.folder / "short"
    short.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    os.replace(short, path)
    assert [one.key for one in recorder.answers()] == [queue.items[1].key]
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(LogError, match="line 2 has version None"):
        recorder.answers()
    path.unlink()
    assert recorder.answers() == ()


def test_taking_back_is_another_line(queue):
    recorder = Recorder(queue.folder / LOG, queue.run)
    keys = {item.key for item in queue.items}
    assert recorder.take_back("anna", keys) is None
    recorder.add([say(queue, 0), say(queue, 1), say(queue, 2, who="ben"), say(queue, 0, "reject")])
    assert recorder.take_back("anna", keys).said == "reject"
    assert {one.key: one.said for one in standing(recorder.answers()) if one.who == "anna"} == {
        queue.items[0].key: "accept",
        queue.items[1].key: "accept",
    }
    assert recorder.take_back("anna", {queue.items[0].key}).key == queue.items[0].key
    assert recorder.take_back("anna", {queue.items[0].key}) is None
    assert [one.said for one in recorder.answers()] == ["accept", "accept", "accept", "reject", "retract", "retract"]


def test_a_run_goes_on_beside_its_log_with_the_same_bits(queue):
    before = run_hash(queue.folder)
    Recorder(queue.folder / LOG, queue.run).add([say(queue, 0)])
    with Journal.open(queue.folder):
        assert len(read_log(queue.folder / LOG)) == 1
    assert run_hash(queue.folder) == before and len(read_log(queue.folder / LOG)) == 1


def test_the_log_of_another_run_is_refused(queue, tmp_path):
    Recorder(queue.folder / LOG, queue.run).add([say(queue, 0)])
    other = queued(run(tmp_path / "other", seed=4))
    os.replace(queue.folder / LOG, other.folder / LOG)
    with pytest.raises(LogError, match=f"holds answers about the run {queue.run}, and this run is {other.run}"):
        Recorder(other.folder / LOG, other.run).answers()
