"""A Prometheus remote write 2.0 receiver that decodes requests by the published message tables."""

import struct

import snappy

from remote_write_receiver import STALE, MalformedWrite, RemoteWriteReceiver, fields

TYPES = ["unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"]


def _signed(number):
    return number - (1 << 64) if number >= 1 << 63 else number


def _packed(data):
    numbers, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value = shift = 0
    if shift:
        raise MalformedWrite("a packed list that is cut off")
    return numbers


def _float(values, number):
    return struct.unpack("<d", values.get(number, b"\0" * 8))[0]


def _labels(data, symbols):
    refs = _packed(data)
    if len(refs) % 2 or any(ref >= len(symbols) for ref in refs):
        raise MalformedWrite(f"references {refs} into {len(symbols)} symbols")
    pairs = [(symbols[name], symbols[value]) for name, value in zip(refs[::2], refs[1::2])]
    names = [name for name, _ in pairs]
    if names != sorted(set(names), key=str.encode):
        raise MalformedWrite(f"labels not sorted or not unique: {names}")
    return dict(pairs)


def _series(data, symbols):
    series = {"labels": {}, "samples": [], "histograms": [], "exemplars": [], "metadata": None}
    for number, value in fields(data):
        if number == 1:
            series["labels"] = _labels(value, symbols)
        elif number == 2:
            inner = dict(fields(value))
            series["samples"].append(
                (_signed(inner.get(2, 0)), _float(inner, 1), inner.get(1) == STALE,
                 _signed(inner.get(3, 0)))
            )
        elif number == 3:
            series["histograms"].append(list(fields(value)))
        elif number == 4:
            inner = dict(fields(value))
            series["exemplars"].append(
                (_labels(inner.get(1, b""), symbols), _float(inner, 2), _signed(inner.get(3, 0)))
            )
        elif number == 5:
            inner = dict(fields(value))
            series["metadata"] = {
                "type": TYPES[inner.get(1, 0)], "help": symbols[inner.get(3, 0)],
                "unit": symbols[inner.get(4, 0)],
            }
        else:
            raise MalformedWrite(f"field {number} of a series")
    if bool(series["samples"]) == bool(series["histograms"]):
        raise MalformedWrite("a series with samples and histograms, or with neither")
    return series


def decode(body):
    """The series of one request, each with labels, samples, histograms, exemplars, metadata."""
    symbols, encoded = [], []
    for number, value in fields(body):
        if number == 4:
            symbols.append(value.decode())
        elif number == 5:
            encoded.append(value)
        else:
            raise MalformedWrite(f"field {number} of a request")
    if not symbols or symbols[0] != "" or len(set(symbols)) != len(symbols):
        raise MalformedWrite(f"symbols {symbols[:5]}")
    return [_series(value, symbols) for value in encoded]


class RemoteWriteV2Receiver(RemoteWriteReceiver):
    """Takes 2.0 as well as 1.0; keeps every sample by series, and the 2.0 series as they came."""

    def __init__(self):
        super().__init__()
        self.versions = []  # the version of each request, in order
        self.decoded = []  # every TimeSeries of 2.0
        self.refuse_v2 = None  # a status that requests of 2.0 are answered with

    def handle_post(self, path, headers, body):
        version = headers.get("X-Prometheus-Remote-Write-Version", "")
        with self.lock:
            self.versions.append(version)
        if not version.startswith("2."):
            return super().handle_post(path, headers, body)
        if self.refuse_v2:
            return self.refuse_v2, {}, b"only 1.0 is taken here"
        try:
            proto = "application/x-protobuf;proto=io.prometheus.write.v2.Request"
            if headers.get("Content-Type") != proto:
                raise MalformedWrite(f"Content-Type is {headers.get('Content-Type')!r}")
            decoded = decode(snappy.uncompress(body))
        except (MalformedWrite, UnicodeDecodeError, snappy.UncompressError, IndexError) as error:
            with self.lock:
                self.malformed.append(str(error))
            return 400, {}, str(error).encode()
        written = {"Samples": 0, "Histograms": 0, "Exemplars": 0}
        with self.lock:
            self.decoded += decoded
            for series in decoded:
                key = frozenset(series["labels"].items())
                for at, value, is_stale, _ in series["samples"]:
                    if is_stale:
                        self.stale.append((series["labels"], at))
                    else:
                        self.series.setdefault(key, []).append((at, value))
                written["Samples"] += len(series["samples"])
                written["Histograms"] += len(series["histograms"])
                written["Exemplars"] += len(series["exemplars"])
        return 204, {
            f"X-Prometheus-Remote-Write-{kind}-Written": str(count)
            for kind, count in written.items()
        }, b""
