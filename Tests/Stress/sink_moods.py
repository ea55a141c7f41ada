"""Lets one sink be well and ill in turn."""

import random

GOOD = {"mode": "good"}
# The agent's `timeout` of a request, in seconds.
TIMEOUT = 3.0


class SinkMoods:
    """Runs in a thread for each sink."""

    def __init__(self, sink, seed, well, ill, note):
        self._sink = sink
        self._rng = random.Random(f"{seed}/moods/{sink.name}")
        self._well = well
        self._ill = ill
        self._note = note

    def run(self, is_over, pause):
        while not is_over():
            pause(self._rng.uniform(*self._well))
            mood = self._rng.choice(self._moods())
            self._note(f"{self._sink.name}: {mood.__name__}")
            mood(lambda: pause(self._rng.uniform(*self._ill)))
            self._sink.command(**GOOD)
        self.recover()

    def recover(self):
        self._sink.thaw()
        self._sink.command(**GOOD)
        self._sink.command(listen=True)

    def _moods(self):
        return (
            self.refuses_connections, self.is_unavailable, self.has_too_many_requests,
            self.is_slow, self.hangs, self.turns_items_away, self.cuts_bodies, self.cuts_answers,
            self.cuts_answers, self.talks_nonsense, self.is_frozen, self.is_poisoned,
            self.takes_small_requests_only,
        )

    def refuses_connections(self, wait):
        self._sink.command(listen=False)
        wait()
        self._sink.command(listen=True)

    def is_unavailable(self, wait):
        self._sink.command(mode="status", status=self._rng.choice((500, 503)), share=0.8)
        wait()

    def has_too_many_requests(self, wait):
        self._sink.command(mode="status", status=429, share=0.5, headers={"Retry-After": "1"})
        wait()

    def is_slow(self, wait):
        self._sink.command(mode="slow", delay=self._rng.uniform(0.1, 1.5))
        wait()

    def hangs(self, wait):
        self._sink.command(mode="slow", delay=TIMEOUT * 1.5)
        wait()

    def turns_items_away(self, wait):
        self._sink.command(mode="turn away", share=self._rng.choice((0.05, 0.5)))
        wait()

    def cuts_bodies(self, wait):
        self._sink.command(mode="cut body", share=0.7)
        wait()

    def cuts_answers(self, wait):
        self._sink.command(mode="cut answer", share=0.6)
        wait()

    def talks_nonsense(self, wait):
        self._sink.command(mode="nonsense", share=0.7)
        wait()

    def is_frozen(self, wait):
        self._sink.freeze()
        wait()
        self._sink.thaw()

    def is_poisoned(self, wait):
        self._sink.command(mode="poison", every=self._rng.choice((50, 500)))
        wait()

    def takes_small_requests_only(self, wait):
        self._sink.command(mode="too large", limit=100_000)
        wait()
