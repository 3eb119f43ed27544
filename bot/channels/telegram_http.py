"""python-telegram-bot's requests over aiohttp: its default client is the slowest part of a Telegram bot."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from telegram import InputFile
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from handlers.messages import Reply

_JSON = {"Content-Type": "application/json"}


class AiohttpRequest(BaseRequest):
    """A `BaseRequest` on one aiohttp session with keep-alive connections."""

    def __init__(self, connections: int = 64, seconds: float = 20.0) -> None:
        self._connections = connections
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer when the caller names no time; getUpdates adds its own to this."""
        return self._seconds

    async def initialize(self) -> None:
        """Open the session."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request; return status and body. Raises TimedOut and NetworkError as the library expects."""
        if self._session is None:
            raise RuntimeError("the request object is not initialized")
        seconds = self._seconds if isinstance(read_timeout, DefaultValue) else read_timeout
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=min(10.0, seconds or 10.0))
        body, headers = _body(request_data)
        try:
            async with self._session.request(method, url, data=body, headers=headers, timeout=timeout) as response:
                return response.status, await response.read()
        except TimeoutError:  # its text, too, may hold the address and with it the token
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None


def stored_file(chat: int, reply: Reply) -> tuple[str, RequestData] | None:
    """Return method and parameters that show a file this bot was sent, if any; a photo cannot be passed on."""
    if reply.photo is not None:
        return "sendPhoto", parameters({"chat_id": chat, "photo": reply.photo, "protect_content": True})
    if reply.document is not None:
        return "sendDocument", parameters({"chat_id": chat, "document": reply.document})
    return None


def parameters(fields: Mapping[str, Any], photo: bytes | None = None) -> RequestData:
    """Return the parameters of a Bot API method, made of JSON's own types, as `BaseRequest.post` wants them.

    `photo` is a PNG that travels with them.
    """
    given = [RequestParameter(name, value, None) for name, value in fields.items()]
    if photo is not None:
        given.append(RequestParameter("photo", None, [InputFile(photo, filename="picture.png")]))
    return RequestData(given)


def _body(request_data: RequestData | None) -> tuple[Any, Mapping[str, str] | None]:
    """Return body and headers: JSON, which is cheaper to make, and a form only where a file travels."""
    if request_data is None:
        return None, None
    if request_data.contains_files:
        form = aiohttp.FormData()
        for name, value in request_data.json_parameters.items():
            form.add_field(name, value)
        for name, (filename, content, kind) in request_data.multipart_data.items():
            form.add_field(name, content, filename=filename, content_type=kind)
        return form, None
    return json.dumps(request_data.parameters, ensure_ascii=False, separators=(",", ":")).encode(), _JSON
