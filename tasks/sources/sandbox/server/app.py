"""The HTTP application: X's paths, and the sandbox's own under /sandbox/."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tasks.sources.sandbox.server import problems
from tasks.sources.sandbox.server.endpoints import ENDPOINTS, Endpoint
from tasks.sources.sandbox.server.faults import Fault
from tasks.sources.sandbox.server.service import Reply, Request, Service

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
# How to cut a client off: by its address.
Hangup = Callable[[tuple[str, int]], None]


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
        self._hangup(scope["client"])
        while (await receive())["type"] != "http.disconnect":
            pass


def application(service: Service, hangup: Hangup) -> Starlette:
    """The application that serves a world."""
    routes = [Route(endpoint.path, _endpoint(service, endpoint, hangup)) for endpoint in ENDPOINTS]
    return Starlette(routes=[*routes, *_controls(service), Route("/{path:path}", _nowhere)])


def _endpoint(service: Service, endpoint: Endpoint, hangup: Hangup) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def answer(request: HttpRequest) -> Response:
        authorization = request.headers.get("authorization", "")
        asked = Request(endpoint, dict(request.path_params), dict(request.query_params), authorization)
        return WireResponse(service.reply(asked), hangup)

    return answer


async def _nowhere(_: HttpRequest) -> Response:
    return JSONResponse(problems.not_found().body, 404)


def _controls(service: Service) -> list[Route]:
    async def clock(request: HttpRequest) -> Response:
        if request.method == "PUT":
            wanted = await request.json()
            with service.lock:
                service.clock.set(datetime.fromisoformat(wanted["moment"]), float(wanted.get("speed", 0.0)))
        return JSONResponse({"moment": service.clock.now().isoformat()})

    async def bill(request: HttpRequest) -> Response:
        with service.lock:
            if request.method == "DELETE":
                service.bill.clear()
            rows = service.bill.rows()
        return JSONResponse({"rows": rows, "usd": round(sum(float(str(row["usd"])) for row in rows), 3)})

    async def faults(request: HttpRequest) -> Response:
        if request.method == "POST":
            wanted = await request.json()
            for fault in wanted if isinstance(wanted, list) else [wanted]:
                service.faults.add(Fault(**fault))
        if request.method == "DELETE":
            service.faults.clear()
        return JSONResponse([asdict(fault) for fault in service.faults.waiting()])

    async def credit(request: HttpRequest) -> Response:
        if request.method == "PUT":
            usd = (await request.json())["usd"]
            service.bill.credits_mills = None if usd is None else round(usd * 1_000)
        mills = service.bill.credits_mills
        return JSONResponse({"usd": None if mills is None else mills / 1_000})

    async def vocabulary(request: HttpRequest) -> Response:
        if request.method == "PUT":
            for name, word in (await request.json()).items():
                service.speak(word, name)
        return JSONResponse({endpoint.name: service.vocabulary(endpoint.name).name for endpoint in ENDPOINTS})

    return [
        Route("/sandbox/clock", _refusing(clock), methods=["GET", "PUT"]),
        Route("/sandbox/bill", bill, methods=["GET", "DELETE"]),
        Route("/sandbox/faults", _refusing(faults), methods=["GET", "POST", "DELETE"]),
        Route("/sandbox/credits", _refusing(credit), methods=["GET", "PUT"]),
        Route("/sandbox/vocabulary", _refusing(vocabulary), methods=["GET", "PUT"]),
        Route("/sandbox/truth", _truth(service)),
    ]


def _refusing(control: Callable[[HttpRequest], Awaitable[Response]]) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def refusing(request: HttpRequest) -> Response:
        try:
            return await control(request)
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return refusing


def _truth(service: Service) -> Callable[[HttpRequest], Awaitable[Response]]:
    async def truth(request: HttpRequest) -> Response:
        known = service.world.truth()
        account = request.query_params.get("account_id")
        followers = (
            known.followers if account is None else known.followers[known.followers["account_id"] == int(account)]
        )
        tables = {"events": known.events, "followers": followers.astype({"follower_id": "str", "account_id": "str"})}
        body = {name: json.loads(table.to_json(orient="records", date_format="iso")) for name, table in tables.items()}
        return JSONResponse(body)

    return truth
