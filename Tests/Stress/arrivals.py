"""What one sink has been brought, held against the rules of delivery while it arrives."""

from array import array

# States of a record besides the number of the request that brought it last.
NEVER = 0
REFUSED = 1
FIRST_REQUEST = 2


class Stream:
    """The records of one stream of one container at one sink."""

    def __init__(self):
        self.states = array("I")
        self.complete = 0  # all below have arrived or were refused for good
        self.highest = -1
        self.late = set()  # turned away by the sink: they may come behind later ones

    def state(self, number):
        return self.states[number] if number < len(self.states) else NEVER

    def set(self, number, state):
        if number >= len(self.states):
            self.states.extend([NEVER] * (number + 1 - len(self.states)))
        self.states[number] = state
        while self.complete < len(self.states) and self.states[self.complete] != NEVER:
            self.complete += 1

    def missing(self, count):
        """The numbers below `count` that have not arrived."""
        return [n for n in range(self.complete, count) if self.state(n) == NEVER]


class Request:
    """One request, as far as it decides whether what it brought may come again."""

    def __init__(self, chain, epoch):
        self.chain = chain
        self.epoch = epoch
        self.verdict = None  # not ended yet
        self.settled = 0  # items that were not turned away
        self.repeated = []  # (what, request that brought it before)


class Arrivals:
    """All streams at one sink.

    A record may arrive again only if the agent can't know that it had arrived: the answer was cut,
    the agent was killed with the request under way, or its checkpoint was damaged since. Requests
    up to one with a clean answer are a chain: one request of the agent with its repetitions and parts.
    """

    def __init__(self, name, fail):
        self.name = name
        self.records = 0
        self.repetitions = 0
        self.second_identifiers = 0
        self.refused = 0
        self.fragments = 0
        self.refusals = 0  # that the agent must have heard of, in this life
        self._fail = fail
        self._streams = {}
        self._requests = {}
        self._chain = 0
        self._is_chain_used = False
        self._chain_refusals = set()
        self._parts_left = 0  # items of a request that is sent in parts
        self.epoch = 0  # rises with each damage to the checkpoint
        self._pipeline = None  # the name of the index that it sends to: a new one for each reload
        self._forgiven = set()  # chains of which the end may not have been written down

    def stream(self, writer, stream):
        return self._streams.setdefault((writer, stream), Stream())

    # What the agent goes through

    def agent_killed(self):
        self._forgiven.add(self._chain if self._is_chain_used else self._chain - 1)
        self._next_life()

    def agent_stopped(self):
        if self._is_chain_used:
            self._forgiven.add(self._chain)
        self._next_life()

    def agent_frozen(self):
        """When it goes on, the time of the request under way is over, whatever was answered."""
        self._forgiven |= {self._chain - 1, self._chain}

    def checkpoint_damaged(self):
        self.epoch += 1

    # What the sink reports

    def item(self, request, status, writer, stream, number, identifier, pipeline):
        if pipeline != self._pipeline:
            if self._pipeline is not None:
                self.agent_stopped()
            self._pipeline = pipeline
        entry = self._request(request)
        known = self.stream(writer, stream)
        what = f"{writer}/{stream}/{number}"
        if status == "collision":
            self._fail(f"{self.name}: {what} came under the id {identifier} of another record")
            return
        if status == "away":
            known.late.add(number)
            return
        entry.settled += 1
        if status == "refused":
            self.refused += known.state(number) == NEVER
            self._chain_refusals.add(what)
            if known.state(number) == NEVER:
                known.set(number, REFUSED)
            return
        before = known.state(number)
        if before >= FIRST_REQUEST:
            self.repetitions += 1
            if status == "new":
                self.second_identifiers += 1
            # A copy has other ids than its original: that of a truncation, and a compressed one.
            entry.repeated.append((what, before - FIRST_REQUEST))
        else:
            self.records += 1
            if number < known.highest and number not in known.late and before == NEVER:
                self._fail(f"{self.name}: {what} came after {known.highest} of the same stream")
            known.highest = max(known.highest, number)
        known.set(number, request + FIRST_REQUEST)

    def end(self, request, verdict):
        entry = self._request(request)
        entry.verdict = verdict
        for what, before in entry.repeated:
            if verdict != "orphan" and not self._is_excused(before, request):
                earlier = self._requests[before]
                self._fail(
                    f"{self.name}: {what} came again in request {request} ({verdict}), though "
                    f"request {before} had brought it and was answered ({earlier.verdict})"
                )
        entry.repeated = []
        if verdict.startswith("split") and not self._parts_left:
            self._parts_left = int(verdict.split()[1])
        if verdict in ("clean", "partial") and self._parts_left:
            # One of the parts: the agent confirms when all of them are settled.
            self._parts_left = max(0, self._parts_left - entry.settled)
        if verdict == "clean" and not self._parts_left:
            self.refusals += len(self._chain_refusals)
            self._next_chain()

    def _is_excused(self, before, request):
        earlier, now = self._requests[before], self._requests[request]
        return (
            earlier.epoch < now.epoch or earlier.chain in self._forgiven
            or earlier.verdict in (None, "cut", "orphan")
        )

    def _request(self, request):
        entry = self._requests.get(request)
        if entry is None:
            entry = self._requests[request] = Request(self._chain, self.epoch)
            self._is_chain_used = True
        return entry

    def pipeline_replaced(self):
        """What the one before has heard of is in no ledger any more; the next may have nothing to send."""
        self.refusals = 0

    def _next_life(self):
        self._next_chain()
        self._parts_left = 0
        self.refusals = 0

    def _next_chain(self):
        self._chain_refusals = set()
        self._chain += 1
        self._is_chain_used = False
