"""Answers that hold counts: posts per hour or day that match a query, and what the project has used."""

from collections import Counter
from datetime import timedelta

from sandbox.server.bill import Charge
from sandbox.server.problems import Json
from sandbox.server.query import GRANULARITIES
from sandbox.server.request_context import Answer, RequestContext
from sandbox.server.search import matching
from sandbox.world.moments import DAY, day_of, wire_time

GRANULARITY = "granularity"
PROJECT = 1_000_001
POST_CAP = 3_000_000


def counts_recent(context: RequestContext) -> Answer:
    """Posts of the last seven days that match a query, per bucket."""
    return _counts(context, 7)


def counts_all(context: RequestContext) -> Answer:
    """Posts that match a query, per bucket; the last 30 days unless a start is given."""
    return _counts(context, 30)


def _counts(context: RequestContext, days: int) -> Answer:
    granularity = context.query.values.get(GRANULARITY, "hour")
    if granularity not in GRANULARITIES:
        raise context.query.refuse(GRANULARITY)
    step = GRANULARITIES[granularity]
    start = context.query.milliseconds("start_time") or context.at - days * DAY
    end = context.query.milliseconds("end_time") or context.at
    created = context.world.posts.rows.created[matching(context, start)]
    found = Counter((created[created < end] // step * step).tolist())
    name = f"{context.vocabulary.word}_count"
    data = [
        _bucket(name, max(begin, start), min(begin + step, end), found[begin])
        for begin in range(start // step * step, end, step)
    ]
    meta = {f"total_{name}": sum(found.values())}
    endpoint = context.query.endpoint
    return Answer(data=data, meta=meta, charges=[Charge(endpoint.resource, endpoint.mills, (context.serial,))])


def _bucket(name: str, start: int, end: int, count: int) -> Json:
    return {"start": wire_time(start), "end": wire_time(end), name: count}


def usage(context: RequestContext) -> Answer:
    """How many posts the project has read this month and on each of the last days."""
    days = context.query.integer("days", 1, 90, 7)
    today = day_of(context.at)
    month = sum(context.bill.posts_read(today.replace(day=1), today).values())
    daily = context.bill.posts_read(today - timedelta(days=days - 1), today)
    data = _usage_in_words(context, month) | {
        "daily_project_usage": _daily(context, {d.isoformat(): n for d, n in daily.items()})
    }
    asked = context.query.listed("usage.fields") or ["cap_reset_day", "project_cap", "project_id", "project_usage"]
    return Answer(data={name: value for name, value in data.items() if name in asked})


def _usage_in_words(context: RequestContext, month: int) -> Json:
    numbers: Json = {"project_cap": POST_CAP, "project_usage": month}
    if context.vocabulary.name == "post":
        numbers = {name: str(value) for name, value in numbers.items()}
    return {"cap_reset_day": 1, "project_id": str(PROJECT), **numbers}


def _daily(context: RequestContext, counts: dict[str, int]) -> Json | None:
    if context.vocabulary.name == "post":
        return {
            "project_id": str(PROJECT),
            "usage": [{"date": day, "usage": str(count)} for day, count in counts.items()],
        }
    rows = [{"date": f"{day}T00:00:00.000Z", "usage": count} for day, count in counts.items()]
    return {"project_id": PROJECT, **({"usage": rows} if rows else {})}
