"""MLLP frames out of a stream of bytes (HL7 minimal lower layer protocol): 0x0B, the message, 0x1C 0x0D."""

from __future__ import annotations

from dataclasses import dataclass

START = b"\x0b"
END = b"\x1c\r"
_RESTART = START + b"MSH"
#: Bytes kept of a message that is not taken: enough for its header, so that the answer can name it.
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as it came, or the beginning of one that is not whole, with what is wrong with it."""

    data: bytes
    fault: str = ""


class Frames:
    """Cuts a stream into frames. It never holds more than `limit` bytes and one read."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held = bytearray()
        self._inside = False
        self._skipping = False
        self._seen = 0

    @property
    def open(self) -> bool:
        """True while a frame has begun and not ended."""
        return self._inside

    def feed(self, chunk: bytes) -> list[Frame]:
        """The frames that the bytes complete; what lies between frames is dropped."""
        self._held += chunk
        found: list[Frame] = []
        while True:
            if not self._inside:
                start = self._held.find(START)
                if start < 0:
                    self._held.clear()
                    return found
                del self._held[: start + 1]
                self._inside, self._skipping, self._seen = True, False, 0
            if not self._step(found):
                return found

    def _step(self, found: list[Frame]) -> bool:
        """Finish the frame that is open, if its end has come; False where more bytes are needed."""
        end = self._held.find(END, max(0, self._seen - 1))
        again = self._held.find(_RESTART, max(0, self._seen - len(_RESTART)), end if end >= 0 else len(self._held))
        if again >= 0:
            # The sender began anew: the message before was cut short.
            if not self._skipping:
                found.append(Frame(bytes(self._held[: min(again, _HEAD)]), "cut short: another message began before its end"))
            del self._held[:again]
            self._inside = False
            return True
        if end >= 0:
            if not self._skipping:
                whole = end <= self.limit
                found.append(Frame(bytes(self._held[:end])) if whole else self._too_large())
            del self._held[: end + len(END)]
            self._inside = False
            return True
        if len(self._held) > self.limit and not self._skipping:
            found.append(self._too_large())
            self._skipping = True
        if self._skipping:
            # Enough stays to see an end or a beginning that stands across two reads.
            del self._held[: -len(_RESTART)]
        self._seen = len(self._held)
        return False

    def _too_large(self) -> Frame:
        return Frame(bytes(self._held[:_HEAD]), f"larger than the limit of {self.limit / 1048576:g} MB")


def framed(message: bytes) -> bytes:
    """A message in its frame."""
    return START + message + END
