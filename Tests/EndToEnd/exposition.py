"""Expositions as the real client library reads them, and how two of them compare."""

import re

from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse_text


class Exposition:
    """One scrape: families by name, samples by name and labels."""

    def __init__(self, text, openmetrics=False):
        parse = parse_openmetrics if openmetrics else parse_text
        self.families = {family.name: family for family in parse(text)}
        self.samples = {}
        self.types = {}
        for family in self.families.values():
            for sample in family.samples:
                self.types[sample.name] = family.type
                self.samples.setdefault(sample.name, []).append(sample)

    def matching(self, name, /, **labels):
        """The samples of `name` whose labels include `labels`."""
        return [
            sample for sample in self.samples.get(name, [])
            if labels.items() <= sample.labels.items()
        ]

    def total(self, name, /, **labels):
        return sum(sample.value for sample in self.matching(name, **labels))

    def value(self, name, /, **labels):
        """The one sample of `name` with `labels`; fails where there are none or several."""
        found = self.matching(name, **labels)
        assert len(found) == 1, f"{name}{labels}: {len(found)} samples, expected one"
        return found[0].value

    def names(self, prefix=""):
        return {name for name in self.samples if name.startswith(prefix)}


def non_empty(labels):
    """An empty label value is the same as an absent label."""
    return {name: value for name, value in labels.items() if value != ""}


# Gauges that move between two readings; every other gauge must be the same in both.
MOVING = re.compile(
    r"node_(load\d+|procs_\w+|sockstat_\w+|netstat_Tcp_CurrEstab|memory_\w+|disk_io_now"
    r"|filefd_allocated|time_seconds"
    r"|filesystem_(free|avail)_bytes|filesystem_files_free|time_zone_offset_seconds)"
)


def tolerance(name, value):
    """How far a gauge that moves may lie outside of two readings around it."""
    return 0.05 * abs(value) + (64 << 20 if name.endswith("_bytes") else 64)


def peer_differences(before, ours, after, skip=lambda name: False):
    """How `ours` differs from a peer that was scraped just before and just after it.

    Every peer sample must have exactly one sample of ours with the same name and at least the
    same labels, and a value between the two peer readings, widened where the quantity moves up
    and down. Returns sentences, none where they agree.
    """
    differences = []
    for name, samples in sorted(before.samples.items()):
        if skip(name):
            continue
        later = {frozenset(s.labels.items()): s.value for s in after.samples.get(name, [])}
        for sample in samples:
            key = frozenset(sample.labels.items())
            if key not in later:
                continue  # it vanished meanwhile: nothing to compare with
            labels = non_empty(sample.labels)
            found = ours.matching(name, **labels)
            if len(found) != 1:
                differences.append(f"{name}{labels}: we have {len(found)} samples, expected one")
                continue
            value, low, high = found[0].value, *sorted((sample.value, later[key]))
            slack = tolerance(name, high) if MOVING.fullmatch(name) else 0.0
            if not low - slack <= value <= high + slack:
                differences.append(
                    f"{name}{labels}: ours {value!r}, peer {sample.value!r} then {later[key]!r}"
                )
    return differences
