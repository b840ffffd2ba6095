"""The HTTP application: X's paths, and the sandbox's own under /sandbox/."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.server import problems
from sandbox.server.control import controls
from sandbox.server.endpoints import ENDPOINTS, Endpoint
from sandbox.server.service import Reply, Request, Service

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# How to cut a client off: by its address.
Hangup = Callable[[tuple[str, int]], None]


class Connections:
    """The open connections, so that one can be cut off as a failing network would."""

    def __init__(self) -> None:
        """Begin without connections."""
        self._open: dict[tuple[str, int], Any] = {}

    def protocol(self) -> type[H11Protocol]:
        """An HTTP protocol that notes its connections here."""
        connections = self._open

        class ConnectionProtocol(H11Protocol):
            def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - uvicorn's own signature
                connections[tuple(transport.get_extra_info("peername"))] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                connections.pop(tuple(self.transport.get_extra_info("peername")), None)
                super().connection_lost(exc)

        return ConnectionProtocol

    def hangup(self, client: tuple[str, int]) -> None:
        """Cut a client off at once."""
        if client in self._open:
            self._open[client].abort()


class WireResponse(Response):
    """A reply that may break on its way."""

    def __init__(self, reply: Reply, hangup: Hangup) -> None:
        """Keep the reply, and how to cut the client off."""
        headers = {"content-type": "application/json; charset=utf-8"} | reply.headers
        super().__init__(reply.body, reply.status, headers)
        self._reply, self._hangup = reply, hangup

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Send it, whole or broken."""
        if self._reply.broken is None:
            await asyncio.sleep(self._reply.seconds)
            await super().__call__(scope, receive, send)
            return
        if self._reply.broken != "reset":
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send(
                {"type": "http.response.body", "body": bytes(self.body)[: len(self.body) // 2], "more_body": True}
            )
        if self._reply.broken == "stall":
            await asyncio.sleep(self._reply.seconds)
        host, port = scope["client"]
        self._hangup((host, port))
        while (await receive())["type"] != "http.disconnect":
            pass


def application(service: Service, hangup: Hangup) -> Starlette:
    """The application that serves a world."""
    routes = [Route(endpoint.path, _endpoint(service, endpoint, hangup)) for endpoint in ENDPOINTS]
    return Starlette(routes=[*routes, *controls(service), Route("/{path:path}", _nowhere)])


def _endpoint(service: Service, endpoint: Endpoint, hangup: Hangup) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def answer(request: HttpRequest) -> Response:
        authorization = request.headers.get("authorization", "")
        asked = Request(endpoint, dict(request.path_params), dict(request.query_params), authorization)
        return WireResponse(service.reply(asked), hangup)

    return answer


async def _nowhere(_: HttpRequest) -> Response:
    return JSONResponse(problems.not_found().body, 404)
