"""Numbered records that prove by themselves what they are and that they are whole."""

import re
import zlib

PIECES = ("alpha ", "  beta ", "gämma ", "\"δ\\ ", "omega\t", "<&> ", "\u2028 ", "{\"a\":1} ")
_WHOLE = re.compile(r"(w\d+)/(\w+)/(\d+) .*", re.DOTALL)


def body(writer, stream, number, length, rng):
    """The text of one record: who wrote it, its number, some filling, a checksum of it all."""
    filling = rng.choice(PIECES) * (length // 8 + 1)
    text = f"{writer}/{stream}/{number} {filling[:length]}"
    return f"{text}#{zlib.crc32(text.encode()):08x}"


def trace(writer, stream, number, frames):
    """The text of one record of several lines, as a Java program would print it."""
    lines = [f"{writer}/{stream}/{number} java.lang.IllegalStateException: too many of them"]
    lines += [f"\tat com.example.Shop.order{frame}(Shop.java:{frame})" for frame in range(frames)]
    text = "\n".join(lines)
    return f"{text}\n\tat com.example.Check.x{zlib.crc32(text.encode()):08x}(Check.java:1)"


def parse(text):
    """(writer, stream, number, whether it is whole); None for what nobody wrote."""
    match = _WHOLE.fullmatch(text)
    if not match:
        return None
    if text.endswith("(Check.java:1)"):
        head, _, last = text.rpartition("\n")
        is_whole = last == f"\tat com.example.Check.x{zlib.crc32(head.encode()):08x}(Check.java:1)"
    else:
        head, _, checksum = text.rpartition("#")
        is_whole = checksum == f"{zlib.crc32(head.encode()):08x}"
    return match[1], match[2], int(match[3]), is_whole
