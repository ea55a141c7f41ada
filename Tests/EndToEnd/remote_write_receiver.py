"""A Prometheus remote write 1.0 receiver that decodes requests by the published message tables."""

import struct

import snappy

from http_receiver import HTTPReceiver

STALE = struct.pack("<Q", 0x7FF0000000000002)


class MalformedWrite(Exception):
    """A request that the protocol does not allow."""


def _varint(data, position):
    value = shift = 0
    while True:
        if position >= len(data) or shift > 63:
            raise MalformedWrite("a varint that does not end")
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:
            return value, position
        shift += 7


def fields(data):
    """The (number, value) pairs of one protobuf message; length-delimited values are bytes."""
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, position = _varint(data, position)
        elif wire == 1:
            value, position = data[position:position + 8], position + 8
        elif wire == 2:
            length, position = _varint(data, position)
            value, position = data[position:position + length], position + length
        else:
            raise MalformedWrite(f"wire type {wire} of field {number}")
        if position > len(data):
            raise MalformedWrite(f"field {number} is cut off")
        yield number, value


def _label(data):
    values = dict(fields(data))
    return values.get(1, b"").decode(), values.get(2, b"").decode()


def _sample(data):
    values = dict(fields(data))
    raw = values.get(1, b"\0" * 8)
    timestamp = values.get(2, 0)
    if timestamp >= 1 << 63:
        timestamp -= 1 << 64
    return timestamp, struct.unpack("<d", raw)[0], raw == STALE


def decode(body):
    """The [(labels, [(milliseconds, value, is stale marker)])] of one WriteRequest."""
    series = []
    for number, value in fields(body):
        if number != 1:
            continue
        labels, samples = [], []
        for inner, content in fields(value):
            if inner == 1:
                labels.append(_label(content))
            elif inner == 2:
                samples.append(_sample(content))
        names = [name for name, _ in labels]
        if names != sorted(set(names)):
            raise MalformedWrite(f"labels not sorted or not unique: {names}")
        if any(not name or not text for name, text in labels):
            raise MalformedWrite(f"an empty label name or value: {labels}")
        series.append((dict(labels), samples))
    return series


class RemoteWriteReceiver(HTTPReceiver):
    """Keeps every sample by series; answers 204."""

    def __init__(self):
        super().__init__()
        self.remote_write_url = f"{self.url}/api/v1/write"
        self.series = {}  # frozenset of labels -> [(milliseconds, value)]
        self.stale = []  # (labels, milliseconds) of stale markers
        self.malformed = []

    def samples(self, name, **labels):
        """The (milliseconds, value) of all series of `name` with `labels`, in order of arrival."""
        wanted = {"__name__": name, **labels}.items()
        with self.lock:
            return [
                sample for key, samples in self.series.items() if wanted <= dict(key).items()
                for sample in samples
            ]

    def handle_get(self, path):
        return 404, {}, b""

    def handle_post(self, path, headers, body):
        try:
            expected = {
                "Content-Encoding": "snappy",
                "X-Prometheus-Remote-Write-Version": "0.1.0",
            }
            for name, value in expected.items():
                if headers.get(name) != value:
                    raise MalformedWrite(f"{name} is {headers.get(name)!r}, expected {value!r}")
            if headers.get("Content-Type", "").split(";")[0] != "application/x-protobuf":
                raise MalformedWrite(f"Content-Type is {headers.get('Content-Type')!r}")
            if not headers.get("User-Agent"):
                raise MalformedWrite("no User-Agent")
            decoded = decode(snappy.uncompress(body))
        except (MalformedWrite, UnicodeDecodeError, snappy.UncompressError) as error:
            with self.lock:
                self.malformed.append(str(error))
            return 400, {}, str(error).encode()
        with self.lock:
            for labels, samples in decoded:
                key = frozenset(labels.items())
                for timestamp, value, is_stale in samples:
                    if is_stale:
                        self.stale.append((labels, timestamp))
                    else:
                        self.series.setdefault(key, []).append((timestamp, value))
        return 204, {}, b""
