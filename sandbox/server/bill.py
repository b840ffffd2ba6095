"""What X charges: each object returned, once per UTC day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

# Charged ids are remembered for so many days before the newest.
DAYS_KEPT = 3


@dataclass(frozen=True)
class Charge:
    """Objects to charge: what they are, the price of one in thousandths of a dollar, and their ids."""

    resource: str
    mills: int
    ids: tuple[int, ...]


@dataclass
class Line:
    """What one endpoint cost on one UTC day."""

    requests: int = 0
    objects: int = 0
    charged_objects: int = 0
    mills: int = 0


@dataclass
class Bill:
    """The ledger. A resource and id is charged once per UTC day at each price, unless deduplication is off."""

    deduplicates: bool = True
    # Thousandths of a dollar that are left; None if nobody counts.
    credits_mills: int | None = None
    _lines: dict[tuple[date, str], Line] = field(default_factory=dict)
    _seen: dict[tuple[date, str, int], set[int]] = field(default_factory=dict)
    _posts: dict[date, int] = field(default_factory=dict)

    @property
    def is_depleted(self) -> bool:
        """Whether nothing is left to pay with."""
        return self.credits_mills is not None and self.credits_mills <= 0

    def add(self, day: date, endpoint: str, charges: Iterable[Charge]) -> int:
        """Book one answered request and say what it cost, in thousandths of a dollar."""
        line = self._lines.setdefault((day, endpoint), Line())
        line.requests += 1
        cost = sum(self._book(day, line, charge) for charge in charges)
        line.mills += cost
        if self.credits_mills is not None:
            self.credits_mills -= cost
        return cost

    @property
    def mills(self) -> int:
        """What all answered requests cost, in thousandths of a dollar."""
        return sum(line.mills for line in self._lines.values())

    def rows(self) -> list[dict[str, object]]:
        """One row per UTC day and endpoint: requests answered, objects returned, objects charged, US dollars."""
        return [
            {
                "day": day.isoformat(),
                "endpoint": endpoint,
                "requests": line.requests,
                "objects": line.objects,
                "charged_objects": line.charged_objects,
                "usd": line.mills / 1000,
            }
            for (day, endpoint), line in sorted(self._lines.items())
        ]

    def posts_read(self, first: date, last: date) -> dict[date, int]:
        """Posts charged on each day of a range, as X's usage endpoint counts them."""
        return {day: count for day, count in self._posts.items() if first <= day <= last}

    def clear(self) -> None:
        """Forget everything but the credits."""
        self._lines.clear()
        self._seen.clear()
        self._posts.clear()

    def _book(self, day: date, line: Line, charge: Charge) -> int:
        line.objects += len(charge.ids)
        charged = len(charge.ids)
        if self.deduplicates:
            seen = self._seen_on(day, charge)
            before = len(seen)
            seen.update(charge.ids)
            charged = len(seen) - before
        line.charged_objects += charged
        if charge.resource == "post":
            self._posts[day] = self._posts.get(day, 0) + charged
        return charged * charge.mills

    def _seen_on(self, day: date, charge: Charge) -> set[int]:
        """Ids charged on a day at a price; those of earlier days are forgotten, so that summers fit in memory."""
        key = (day, charge.resource, charge.mills)
        if key not in self._seen:
            oldest = day - timedelta(days=DAYS_KEPT)
            self._seen = {known: ids for known, ids in self._seen.items() if known[0] >= oldest}
        return self._seen.setdefault(key, set())
