"""The MLLP server: takes frames, has them stored, answers. One slow sender holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from fourstep.listen.answer import ACCEPTED, ERROR, REJECTED, answer, header_of
from fourstep.listen.framing import Frame, Frames, framed
from fourstep.listen.inbox import Inbox, Receipt

_READ = 65536
_BATCH = 256


@dataclass(slots=True)
class Counts:
    """What the server has done since it started."""

    stored: int = 0
    repeated: int = 0
    refused: int = 0


class Server:
    """Listens until told to stop. `say` prints a line for the operator; no line quotes a record."""

    def __init__(
        self, inbox: Inbox, *, limit: int, connections: int = 64, idle: float = 3600, say: Callable[[str], None] = print
    ) -> None:
        self.inbox = inbox
        self.limit = limit
        self.connections = connections
        self.idle = idle
        self.say = say
        self.counts = Counts()
        self._stop = asyncio.Event()
        self._waiting: asyncio.Queue[tuple[bytes, asyncio.Future[Receipt]]] = asyncio.Queue(maxsize=4 * _BATCH)
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inbox")
        self._open: set[asyncio.Task[None]] = set()

    async def run(self, host: str, port: int, started: Callable[[int], None]) -> None:
        """Serve until `stop`; `started` hears the port. Raises OSError where the address cannot be used."""
        server = await asyncio.start_server(self._connected, host, port)
        storing = asyncio.create_task(self._store())
        started(server.sockets[0].getsockname()[1])
        await self._stop.wait()
        server.close()
        if self._open:
            # What has come in whole is still stored and answered.
            await asyncio.wait(self._open, timeout=10)
        storing.cancel()
        self._writer.shutdown()
        await server.wait_closed()

    def stop(self) -> None:
        """End gracefully: no new connections, the open ones end after the message that they are at."""
        self._stop.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._open) >= self.connections:
            self.say(f"a connection was turned away: {self.connections} are open")
            writer.close()
            return
        self._open.add(task)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, TimeoutError):
            pass  # the sender went away; what it got no answer for it sends again
        finally:
            self._open.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = Frames(self.limit)
        stopping = asyncio.create_task(self._stop.wait())
        try:
            while not self._stop.is_set():
                reading = asyncio.create_task(reader.read(_READ))
                await asyncio.wait({reading, stopping}, timeout=self.idle, return_when=asyncio.FIRST_COMPLETED)
                if not reading.done():
                    reading.cancel()
                    return
                chunk = reading.result()
                if not chunk:
                    if frames.open:
                        self.say("a connection ended in the middle of a message; it is not stored and not acknowledged")
                    return
                # Answers go out in the order of the messages; those of one read are stored in one go.
                for reply in await asyncio.gather(*map(self._taken, frames.feed(chunk))):
                    writer.write(framed(reply))
                await writer.drain()
        finally:
            stopping.cancel()

    async def _taken(self, frame: Frame) -> bytes:
        header = header_of(frame.data)
        receipt = Receipt(REJECTED, frame.fault) if frame.fault else await self._stored(frame.data)
        if receipt.code == ACCEPTED:
            self.counts.stored += receipt.new
            self.counts.repeated += not receipt.new
        else:
            self.counts.refused += 1
            self.say(f"a message from {header.sender} was answered {receipt.code}: {receipt.reason}")
        return answer(header, receipt.code, receipt.reason)

    async def _stored(self, body: bytes) -> Receipt:
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        await self._waiting.put((body, future))
        return await future

    async def _store(self) -> None:
        """Store what waits, all of it in one transaction: a disk syncs as slowly for one as for many."""
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < _BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                receipts = await loop.run_in_executor(self._writer, self.inbox.take, [body for body, _ in batch])
            except Exception as error:  # whatever it is, nobody may wait for ever, and nothing of it is acknowledged
                self.say(f"storing failed: {type(error).__name__}")
                receipts = [Receipt(ERROR, "could not be stored, send it again")] * len(batch)
            for (_, future), receipt in zip(batch, receipts, strict=True):
                if not future.done():
                    future.set_result(receipt)
