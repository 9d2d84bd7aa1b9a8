"""An endpoint that answers every request at once: as little server as HTTP allows, in its own process.

`python mock_endpoint.py` prints its port and serves 127.0.0.1 until its standard input is closed.
"""

from __future__ import annotations

import asyncio
import sys

BODY = (
    b'{"id":"c","object":"chat.completion","created":0,"model":"mock","choices":[{"index":0,'
    b'"finish_reason":"stop","message":{"role":"assistant","content":"{\\"answer\\": \\"yes\\"}"}}],'
    b'"usage":{"prompt_tokens":4200,"completion_tokens":8,"total_tokens":4208}}'
)
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
    + str(len(BODY)).encode()
    + b"\r\n\r\n"
    + BODY
)


class Connection(asyncio.Protocol):
    """One client: reads to the end of each request by its Content-Length, then answers."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.head = b""
        self.missing = 0

    def data_received(self, data: bytes) -> None:
        if self.missing == 0:
            self.head += data
            head, blank, rest = self.head.partition(b"\r\n\r\n")
            if not blank:
                return
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            self.missing = int(lengths[0].split(b":")[1])
            self.head = b""
            data = rest
        self.missing -= len(data)
        if self.missing == 0:
            self.transport.write(ANSWER)


async def serve() -> None:
    """Serve until the parent closes our standard input."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
