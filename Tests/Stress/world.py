"""All writers of logs on the node, and the kubelet, in one thread."""

import random
import time

from kubelet import Kubelet
from pod_container import PodContainer

TICK_SECONDS = 0.05


class World:
    """Writes until it is told to stop."""

    def __init__(self, folder, seed, workload, custody, note):
        self.pods_folder = folder / "pods"
        self.plain_folder = folder / "plain"
        self.pods_folder.mkdir(parents=True)
        self.writers = {}  # name -> container or plain log, also those that are gone
        self._rng = random.Random(f"{seed}/world")
        self._workload = workload
        self._note = note
        self._custody = custody
        self.kubelet = Kubelet(custody, random.Random(f"{seed}/kubelet"))
        self._running = [self._add_pod() for _ in range(workload.long_lived)]
        self._plain = [self._add_plain(kind) for kind in workload.plain_logs]
        self._short_lived = []  # (container, when it ends)
        self._ended = []  # (container, when it is removed)
        self._next_pod = 0.0
        self._next_restart = 0.0

    def records_with(self, pod, text):
        """(writer, stream, number) of the records that a rotation has cut into `text` and a rest."""
        container = self.writers.get(pod.removeprefix("pod-"))
        if not isinstance(container, PodContainer):
            return []
        return [(container.writer, *place) for place in container.fragments.get(text, ())]

    def run(self, is_over):
        begin = last = time.monotonic()
        while not is_over():
            time.sleep(TICK_SECONDS)
            now = time.monotonic()
            # After a pause of the machine nothing is made up for.
            self._tick(now - begin, min(now - last, 1.0))
            last = now
        self._finish(last - begin)

    def records(self):
        return sum(n.count for w in list(self.writers.values()) for n in w.numberings.values())

    def _tick(self, now, seconds):
        for container in self._running:
            container.write(seconds)
            self.kubelet.tend(container, now)
        for container, _ in self._short_lived:
            container.write(seconds)
        for log in self._plain:
            log.write(seconds)
            if log.size() >= log.rotation_size:
                what = log.rotate(self._custody.removing)
                if what:
                    self._note(f"{what} {log.path.name}")
        self._end_short_lived(now)
        self._remove_ended(now)
        if now >= self._next_pod:
            self._next_pod = now + self._rng.uniform(0.3, 3)
            if len(self._ended) < self._workload.short_lived:
                container = self._add_pod(is_short_lived=True)
                self._short_lived.append((container, now + self._rng.choice((0.0, 0.2, 1.0, 3.0))))
        if now >= self._next_restart:
            self._next_restart = now + self._rng.uniform(2, 8)
            self._disturb(now)

    def _disturb(self, now):
        """A container restarts, or its pod makes place for another one."""
        index = self._rng.randrange(len(self._running))
        container = self._running[index]
        self.kubelet.settle(container)
        if self._rng.random() < 0.7:
            self._note(f"{container.pod} restarts")
            container.restart()
            self.kubelet.collect_dead(container)
        else:
            container.end()
            self._ended.append((container, now + self._rng.uniform(0, 5)))
            self._running[index] = self._add_pod()
            self._note(f"{container.pod} makes place for {self._running[index].pod}")

    def _end_short_lived(self, now):
        for container, until in list(self._short_lived):
            if now >= until:
                self._short_lived.remove((container, until))
                container.end()
                self._ended.append((container, now + self._rng.choice((0.0, 0.1, 1.0, 5.0))))

    def _remove_ended(self, now):
        for container, until in list(self._ended):
            if now >= until and self.kubelet.remove_pod(container):
                self._ended.remove((container, until))

    def _finish(self, now):
        for container in self._running:
            self.kubelet.settle(container)
        for container in self._running + [entry[0] for entry in self._short_lived]:
            container.end()
        for log in self._plain:
            log.end()

    def _name(self):
        return f"w{len(self.writers):05d}"

    def _add_pod(self, is_short_lived=False):
        container = PodContainer(self.pods_folder, self._name(), self._rng, is_short_lived)
        self.writers[container.writer] = container
        return container

    def _add_plain(self, kind):
        log = kind(self.plain_folder, self._name(), self._workload.rotation_kilobytes, self._rng)
        self.writers[log.writer] = log
        return log
