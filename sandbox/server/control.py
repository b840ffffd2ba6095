"""The sandbox's own paths under /sandbox/: clock, bill, faults, credits, vocabulary, truth."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pandas as pd
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.server.faults import Fault
from sandbox.server.service import Service

Body = Any
# What a control does: with the body of a PUT, POST or DELETE (None for DELETE), and for GET.
Change = Callable[[Service, Body], None]
Show = Callable[[Service], Body]


def controls(service: Service) -> list[Route]:
    """One route per control, and the truth."""
    changing = [_route(service, name, *control) for name, control in CONTROLS.items()]
    return [*changing, Route("/sandbox/truth", _truth(service))]


def _route(service: Service, name: str, show: Show, changes: dict[str, Change]) -> Route:
    async def control(request: Request) -> Response:
        body = await request.body()
        try:
            with service.lock:
                if request.method in changes:
                    changes[request.method](service, json.loads(body) if body else None)
                return JSONResponse(show(service))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    return Route(f"/sandbox/{name}", control, methods=["GET", *changes])


def _shown_clock(service: Service) -> Body:
    return {"moment": service.clock.now().isoformat()}


def _set_clock(service: Service, body: Body) -> None:
    service.clock.set(datetime.fromisoformat(body["moment"]), float(body.get("speed", 0.0)))


def _shown_bill(service: Service) -> Body:
    return {"rows": service.bill.rows(), "usd": service.bill.mills / 1_000}


def _shown_faults(service: Service) -> Body:
    return [asdict(fault) for fault in service.faults.waiting()]


def _add_faults(service: Service, body: Body) -> None:
    for fault in [Fault(**fault) for fault in (body if isinstance(body, list) else [body])]:
        service.faults.add(fault)


def _shown_credits(service: Service) -> Body:
    mills = service.bill.credits_mills
    return {"usd": None if mills is None else mills / 1_000}


def _set_credits(service: Service, body: Body) -> None:
    service.bill.credits_mills = None if body["usd"] is None else round(body["usd"] * 1_000)


def _set_vocabulary(service: Service, body: Body) -> None:
    for endpoint, vocabulary in body.items():
        service.speak(vocabulary, endpoint)


CONTROLS: dict[str, tuple[Show, dict[str, Change]]] = {
    "clock": (_shown_clock, {"PUT": _set_clock}),
    "bill": (_shown_bill, {"DELETE": lambda service, _: service.bill.clear()}),
    "faults": (_shown_faults, {"POST": _add_faults, "DELETE": lambda service, _: service.faults.clear()}),
    "credits": (_shown_credits, {"PUT": _set_credits}),
    "vocabulary": (lambda service: service.spoken(), {"PUT": _set_vocabulary}),
}


def _truth(service: Service) -> Callable[[Request], Awaitable[Response]]:
    async def truth(request: Request) -> Response:
        known = service.world.truth()
        account = request.query_params.get("account_id")
        followers = known.followers
        if account is not None:
            followers = followers[followers["account_id"].astype("str") == account]
        return JSONResponse({"events": _records(known.events), "followers": _records(followers)})

    return truth


def _records(table: pd.DataFrame) -> Body:
    """Rows as JSON objects; ids as strings, since JavaScript's numbers lose their last digits."""
    ids = {name: "str" for name in table.columns if name.endswith("_id")}
    return json.loads(table.astype(ids).to_json(orient="records", date_format="iso"))
