"""A bot that does nothing but answer, on bare protocols: what fake and callers can take. `echo_raw.py PORT API`."""

import asyncio
import re
import sys

from tests.bench.wire import API_TOKEN, Framed

_CHAT = re.compile(rb'"chat":\{"id":(\d+)')
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
CONNECTIONS = 16


class _Sender(Framed):
    def message_received(self, head: bytes, body: bytes) -> None:
        pass


class _Webhook(Framed):
    def __init__(self, senders: list[_Sender]) -> None:
        super().__init__()
        self._senders = senders

    def message_received(self, head: bytes, body: bytes) -> None:
        self.transport.write(_OK)  # /healthz too
        chat = _CHAT.search(body)
        if chat is not None:
            form = b"chat_id=%s&text=ok" % chat[1]
            sender = self._senders[int(chat[1]) % CONNECTIONS]
            sender.transport.write(
                b"POST /bot%s/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s"
                % (API_TOKEN.encode(), len(form), form)
            )


async def main(port: int, api: str) -> None:
    """Serve for ever."""
    loop = asyncio.get_running_loop()
    api_port = int(api.rpartition(":")[2])
    senders = [(await loop.create_connection(_Sender, "127.0.0.1", api_port))[1] for _ in range(CONNECTIONS)]
    server = await loop.create_server(lambda: _Webhook(senders), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
