"""Requests at a steady rate, whatever becomes of those before: each with an id of its own, each sent once."""
import asyncio
import collections
import dataclasses
import secrets
import threading
import time


@dataclasses.dataclass
class Sent:
    method: str
    id: str
    status: int = 0  # none: `problem` says why
    retry_after: bool = False
    instance: str = ""
    problem: str = ""
    seconds: float = 0.0


class Load:
    """A context manager: half GET, half POST, from its beginning to its end; all that was sent is in `sent` then."""

    TIMEOUT = 60

    def __init__(self, site, per_second=200):
        self.site = site
        self.interval = 1 / per_second
        self.sent = []
        self.name = secrets.token_hex(8)
        self.idle = collections.deque()
        self.over = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    async def _run(self):
        tasks, due = [], time.monotonic()
        while not self.over.is_set():
            number = len(tasks)
            one = Sent("GET" if number % 2 == 0 else "POST", f"{self.name}-{number}")
            self.sent.append(one)
            tasks.append(asyncio.create_task(self._send(one)))
            due += self.interval
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        await asyncio.gather(*tasks)
        while self.idle:
            self.idle.pop()[1].close()

    async def _send(self, one):
        began = time.monotonic()
        try:
            await asyncio.wait_for(self._exchange(one), self.TIMEOUT)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, ValueError, IndexError) as error:
            one.status, one.problem = 0, repr(error)
        one.seconds = time.monotonic() - began

    async def _exchange(self, one):
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.site.port)
        writer.write(self._request(one))
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        lines = head.split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:] if line)
        body = await reader.readexactly(int(fields["content-length"]))
        one.status, one.instance = int(lines[0].split()[1]), body.decode(errors="replace")
        one.retry_after = int(fields.get("retry-after", "0")) > 0
        if fields.get("connection") == "close":
            writer.close()
        else:
            self.idle.append((reader, writer))

    def _request(self, one):
        if one.method == "GET":
            return f"GET /?id={one.id} HTTP/1.1\r\nHost: {self.site.host}\r\n\r\n".encode()
        return (f"POST / HTTP/1.1\r\nHost: {self.site.host}\r\nContent-Length: {len(one.id)}\r\n\r\n{one.id}").encode()


class Verdict:
    """What became of a load, held against the ids that the application wrote down."""

    def __init__(self, load, seen):
        times_seen = collections.Counter(seen)
        answered = [one for one in load.sent if one.status == 200]
        self.sent = len(load.sent)
        self.instances = len({one.instance for one in answered})
        self.told_to_come_back = [one for one in load.sent if one.status == 503 and one.retry_after]
        self.failed = [one for one in load.sent if one.status != 200 and one not in self.told_to_come_back]
        self.doubled = [one for one in load.sent if times_seen[one.id] > 1]
        self.lost = [one for one in answered if times_seen[one.id] == 0]
        self.half_done = [one for one in load.sent if one.status != 200 and times_seen[one.id] > 0]
        self.longest = max(one.seconds for one in load.sent)

    def __str__(self):
        refused = collections.Counter(one.method for one in self.told_to_come_back)
        return (f"{self.sent} sent, {len(self.failed)} failed, {len(self.doubled)} doubled, {len(self.lost)} lost, "
                f"{len(self.half_done)} refused though done, 503 with Retry-After: {refused['GET']} GET {refused['POST']} POST, "
                f"{self.instances} instances, longest {self.longest * 1000:.0f} ms")
