"""The thread that says a job is alive and hears what is asked of it."""

import signal
import threading
import time

import pytest

from trainer.control import Ask, send
from trainer.events import EventLog
from trainer.launcher import read_events
from trainer.pulse import EndAskedError, Pulse, Rhythm

FAST = Rhythm(beat=0.02, listen=0.005, grace=0.05)
LONGEST_S = 20.0


class Told(EventLog):
    """A log that lets a test wait for an event."""

    def __init__(self, folder, awaited):
        super().__init__(folder)
        self.awaited = awaited
        self.come = threading.Event()

    def write(self, kind, **facts):
        super().write(kind, **facts)
        if kind == self.awaited:
            self.come.set()


@pytest.fixture
def alive(tmp_path):
    """Makes a pulse that beats, and ends it."""
    made = []

    def make(awaited):
        events = Told(tmp_path, awaited)
        pulse = Pulse(tmp_path, events, time.time(), FAST)
        held = signal.signal(signal.SIGTERM, pulse.on_signal)
        made.append((pulse, held))
        pulse.start()
        return pulse, events

    yield make
    for pulse, held in made:
        pulse.stop()
        signal.signal(signal.SIGTERM, held)


def test_it_beats_and_says_what_the_job_does(tmp_path, alive):
    pulse, events = alive("heartbeat")
    assert events.come.wait(LONGEST_S)
    with pulse.doing("packaging"):
        events.come.clear()
        assert events.come.wait(LONGEST_S)
        assert events.come.wait(LONGEST_S)
    pulse.stop()
    told, _ = read_events(tmp_path, 0)
    assert told[0]["state"] == "loading"
    assert "packaging" in {event["state"] for event in told}
    assert told[0]["memory_mb"] > 1


def test_it_hears_and_says_that_it_has_heard(tmp_path, alive):
    pulse, events = alive("asked")
    send(tmp_path, Ask.PAUSE)
    assert events.come.wait(LONGEST_S)
    assert pulse.asked is Ask.PAUSE
    assert pulse.wait(0.001) is Ask.PAUSE
    send(tmp_path, Ask.RESUME)
    assert pulse.wait(LONGEST_S) is None


def test_what_was_asked_before_is_not_for_this_run(tmp_path, alive):
    send(tmp_path, Ask.CANCEL)
    pulse, events = alive("heartbeat")
    assert events.come.wait(LONGEST_S)
    assert pulse.asked is None


def test_who_is_to_end_does_not_go_on(tmp_path):
    pulse = Pulse(tmp_path, EventLog(tmp_path))
    pulse.ask(Ask.STOP)
    pulse.ask(Ask.RESUME)
    assert pulse.asked is Ask.STOP
    pulse.ask(Ask.CANCEL)
    assert pulse.asked is Ask.CANCEL


def endless():
    while True:
        pass


def test_what_takes_too_long_is_broken_off_where_it_may_be(tmp_path, alive):
    pulse, _ = alive("asked")
    send(tmp_path, Ask.STOP)
    began = time.monotonic()
    with pytest.raises(EndAskedError) as broken, pulse.open_to(Ask.STOP, Ask.CANCEL):
        endless()
    assert broken.value.ask is Ask.STOP
    assert not broken.value.is_clean
    assert time.monotonic() - began < LONGEST_S


def test_what_may_not_be_broken_off_is_not(tmp_path, alive):
    pulse, events = alive("asked")
    with pulse.open_to(Ask.CANCEL):
        send(tmp_path, Ask.STOP)
        assert events.come.wait(LONGEST_S)
        end = time.monotonic() + 4 * FAST.grace
        while time.monotonic() < end:
            pass
    assert pulse.asked is Ask.STOP


def test_a_terminated_job_is_cancelled(tmp_path, alive):
    pulse, _ = alive("asked")
    signal.raise_signal(signal.SIGTERM)
    assert pulse.asked is Ask.CANCEL


def test_a_full_disk_does_not_deafen_it(tmp_path, alive, monkeypatch):
    pulse, events = alive("asked")

    def full(kind, **facts):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(events, "write", full)
    send(tmp_path, Ask.PAUSE)
    end = time.monotonic() + LONGEST_S
    while pulse.asked is None and time.monotonic() < end:
        pass
    assert pulse.asked is Ask.PAUSE
