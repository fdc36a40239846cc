"""How fast records come in: HL7 v2 messages parsed, read, stored and acknowledged; pages of PDF.

    python bench/messages.py [FOLDER]

FOLDER is where the inbox of the test stands (a temporary one without it): storing is as fast as that disk syncs. Rates of
parsing and of PDF are of one core, by the processor time used; those of storing by the clock, with the service in a process of
its own. Needs the development tools (reportlab).
"""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from reportlab.pdfgen import canvas
from rich.console import Console
from rich.table import Table

from fourstep.listen.framing import framed
from fourstep.listen.inbox import Inbox
from fourstep.listen.server import Server
from fourstep.read.hl7v2.message import parse_message
from fourstep.read.hl7v2.stay import stay_of
from fourstep.read.hl7v2.visit import content_from
from fourstep.read.pdf import pdf_part

MESSAGES = 2000
PAGES = 400
LINE = "Reviewed on the ward round: improving on oral antibiotics, observations stable, chest clear, mobilising with help."


def result(number: int) -> bytes:
    """A message of common size, 1.1 KB: twelve results of one order."""
    stay = "|".join(["PV1", "1", "I", "W3^^^RZZ", *[""] * 15, f"V{number}", *[""] * 24, "20250301083000"])
    rows = [
        f"OBX|{row}|NM|HB{row}^Haemoglobin {row}^L||{90 + row}|g/L|115-165|L|||F|||20250302101500" for row in range(1, 13)
    ]
    head = f"MSH|^~\\&|LAB|RZZ|FOURSTEP|RZZ|20250302101500||ORU^R01|C{number}|P|2.4"
    patient = f"PID|1||K{number}^^^RZZ^MR||TEST^PATIENT||19500312|F"
    order = f"OBR|1|{number}|{number}|FBC^Full blood count|||20250302101500"
    return ("\r".join([head, patient, stay, order, *rows]) + "\r").encode()


def rate(work: Callable[[], int]) -> float:
    """What is done in a second of processor time."""
    start = time.process_time()
    done = work()
    return done / (time.process_time() - start)


def parsed(bodies: list[bytes]) -> int:
    for body in bodies:
        parse_message(body, "bench")
    return len(bodies)


def read_whole(bodies: list[bytes]) -> int:
    for body in bodies:
        message = parse_message(body, "bench")
        content_from(message, stay_of(message), "bench.hl7")
    return len(bodies)


def pages() -> int:
    """Read a PDF of pages with 3.4 KB of text each; making it does not count."""
    return len(pdf_part(BOOK, "bench").text.split("\n")) // 30


def book() -> bytes:
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer)
    for _ in range(PAGES):
        for line in range(30):
            drawing.drawString(40, 800 - 25 * line, LINE)
        drawing.showPage()
    drawing.save()
    return buffer.getvalue()


def service(folder: Path, tell: Connection) -> None:
    """The server of `fourstep listen`, without the coding that runs beside it."""

    async def run() -> None:
        server = Server(Inbox(folder, write=True), limit=1_000_000)
        await server.run("127.0.0.1", 0, tell.send)

    asyncio.run(run())


async def send(port: int, bodies: list[bytes], connections: int) -> float:
    """Messages acknowledged in a second, each sender waiting for its answer before it sends the next."""

    async def one(mine: list[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for body in mine:
            writer.write(framed(body))
            said = await reader.readuntil(b"\x1c\r")
            assert b"\rMSA|AA|" in said
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*(one(bodies[at::connections]) for at in range(connections)))
    return len(bodies) / (time.perf_counter() - start)


def stored(folder: Path) -> tuple[dict[int, float], float]:
    """Rates of storing by the number of senders, and the processor time of the service in ms a message."""
    context = multiprocessing.get_context("fork")
    hear, tell = context.Pipe()
    process = context.Process(target=service, args=(folder, tell))
    process.start()
    port = hear.recv()
    counts = {1: 500, 4: 1000, 16: 2000}
    first = 0
    rates: dict[int, float] = {}
    try:
        for connections, number in counts.items():
            rates[connections] = asyncio.run(send(port, [result(first + n) for n in range(number)], connections))
            first += number
    finally:
        process.kill()
        process.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return rates, 1000 * (used.ru_utime + used.ru_stime) / first


BOOK = book()


def main() -> None:
    bodies = [result(number) for number in range(MESSAGES)]
    table = Table("what", "a second", title=f"messages of {len(bodies[0])} bytes, PDF pages of {30 * len(LINE)} characters")
    table.add_row("HL7 v2 messages parsed, one core", f"{rate(lambda: parsed(bodies)):.0f}")
    table.add_row("HL7 v2 messages parsed and read to documents, one core", f"{rate(lambda: read_whole(bodies)):.0f}")
    table.add_row("PDF pages, one core", f"{rate(pages):.0f}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        rates, milliseconds = stored(folder)
    for connections, found in rates.items():
        senders = f"{connections} sender{'s' * (connections > 1)}"
        table.add_row(f"messages stored and acknowledged, {senders}", f"{found:.0f}")
    table.add_row("the same by the processor time of the service", f"{1000 / milliseconds:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
