"""What a run has come to: is every record accounted for, and if not, what is known of it?"""

import json
import time

# Fewer bytes than any record has in a file.
SHORTEST_RECORD = 20
MISSING_SHOWN = 12


class Verdict:
    """Judges a run that has ended."""

    def __init__(self, run):
        self._run = run
        self._is_waited_for = False

    def wait_until_settled(self, timeout):
        """Waits until everything has arrived and the agent has nothing pending."""
        self._is_waited_for = True
        begin, last = time.monotonic(), None
        while time.monotonic() - begin < timeout:
            if self._run.failures:
                return
            if not self._run.agent.is_running():
                self._run.fail("the agent has ended by itself")
                return
            try:
                is_settled = self._run.ledger.is_settled()
            except OSError:
                is_settled = False
            missing = sum(len(numbers) for *_, numbers in self._missing())
            # What is missing for good stays so, and is judged.
            if is_settled and (missing == 0 or missing == last):
                self._run.note(f"settled, {missing} missing")
                return
            last = missing if is_settled else None
            time.sleep(3 if is_settled else 0.5)
        self._run.fail(f"after {timeout} s not everything is confirmed")

    def judge(self):
        """Every record that is missing must be in the ledger of its container."""
        lost = self._run.ledger.lost()
        for sink, writer, stream, numbers in self._missing():
            name = getattr(writer, "pod", str(writer.path))
            known = sum(
                count for (at, who, reason), count in lost.items()
                if at == sink.name and who in (name, "") and reason != "rejected"
            )
            if known < len(numbers) * SHORTEST_RECORD:
                self._run.fail(
                    f"{sink.name} misses {len(numbers)} records of {writer.writer}/{stream}; "
                    f"the ledger knows of {known} bytes lost"
                )

        for sink in self._run.sinks:
            known = self._run.ledger.records_lost(sink.name, "rejected")
            if known < sink.arrivals.refusals:
                self._run.fail(
                    f"{sink.name} has refused {sink.arrivals.refusals} records for good since the "
                    f"agent started; the ledger knows of {known}"
                )

    def explain(self):
        """Prints what is known of the failures, and keeps what the agent knew."""
        for failure in self._run.failures:
            print(f"    FAILED: {failure[:2000]}")
        # In a run that was broken off much is missing that was on its way.
        missing = list(self._missing()) if self._is_waited_for else []
        for sink, writer, stream, numbers in missing[:MISSING_SHOWN]:
            first, path, offset = writer.numberings[stream].place(numbers[0])
            print(
                f"    {sink.name} misses {writer.writer}/{stream} {numbers[0]}..{numbers[-1]} "
                f"({len(numbers)} of {writer.numberings[stream].count}); record {first} was "
                f"written at {offset} of {path}"
            )
        folder = self._run.folder
        (folder / "ledger.json").write_text(json.dumps(self._run.ledger.rows, indent=1))
        print(f"    ledger, lost in all lives: {dict(self._run.ledger.lost())}")
        self._run.agent.print_tail(30)

    def print_summary(self):
        run = self._run
        kubelet = run.world.kubelet
        print(
            f"    {run.world.records()} records of {len(run.world.writers)} containers, "
            f"{kubelet.rotations} rotations, {kubelet.compressed} files compressed, "
            f"{kubelet.removed} removed"
        )
        faults = ", ".join(f"{name} {count}" for name, count in sorted(run.faults.done.items()))
        print(f"    faults: {faults}")
        for sink in run.sinks:
            arrivals = sink.arrivals
            print(
                f"    {sink.name}: {sink.requests} requests, {arrivals.records} records, "
                f"{arrivals.refused} refused for good, {arrivals.repetitions} came again, "
                f"{arrivals.second_identifiers} of them under a second id, {arrivals.fragments} fragments"
            )
        lost = {" ".join(key): count for key, count in run.ledger.lost().items() if count}
        print(f"    bytes in the ledger as lost: {sum(lost.values())}", flush=True)
        run.note(f"lost: {lost}")

    def _missing(self):
        """(sink, writer, stream, numbers) of all that has not arrived."""
        for sink in self._run.sinks:
            for writer in list(self._run.world.writers.values()):
                for stream, numbering in writer.numberings.items():
                    with sink.lock:
                        numbers = sink.arrivals.stream(writer.writer, stream).missing(
                            numbering.count
                        )
                    if numbers:
                        yield sink, writer, stream, numbers
