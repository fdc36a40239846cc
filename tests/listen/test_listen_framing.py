"""MLLP frames out of a stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourstep.listen.framing import Frame, Frames, framed

ONE, TWO = b"MSH|^~\\&|A\rPID|1\r", b"MSH|^~\\&|B\rPID|2\r"


def fed(data: bytes, size: int, limit: int = 1000) -> list[Frame]:
    frames = Frames(limit)
    return [frame for at in range(0, len(data), size) for frame in frames.feed(data[at : at + size])]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_frames_come_whole_however_the_stream_is_cut(size: int) -> None:
    assert fed(b"noise" + framed(ONE) + b"\r\n" + framed(TWO), size) == [Frame(ONE), Frame(TWO)]


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_message_cut_short_by_the_next_is_named_and_the_next_is_whole(size: int) -> None:
    first, second = fed(b"\x0b" + ONE + framed(TWO), size)
    assert "cut short" in first.fault
    assert first.data == ONE
    assert second == Frame(TWO)


@pytest.mark.parametrize("size", [1, 64, 100_000])
def test_a_message_above_the_limit_is_named_once_and_not_held(size: int) -> None:
    huge = framed(ONE + b"x" * 60_000)
    frames = Frames(1000)
    found: list[Frame] = []
    data = huge + framed(TWO)
    most = 0
    for at in range(0, len(data), size):
        found += frames.feed(data[at : at + size])
        most = max(most, len(frames._held))
    first, second = found
    assert "limit" in first.fault
    assert first.data.startswith(ONE)
    assert len(first.data) <= 4096
    assert second == Frame(TWO)
    assert most <= 1000 + size


def test_an_unfinished_frame_is_open() -> None:
    frames = Frames(1000)
    assert frames.feed(b"\x0b" + ONE) == []
    assert frames.open
    assert frames.feed(b"\x1c\r") == [Frame(ONE)]
    assert not frames.open


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_leave_a_server_that_still_takes_messages(noise: bytes, size: int) -> None:
    assert fed(noise + framed(ONE), size, limit=200)[-1].data.endswith(ONE)
