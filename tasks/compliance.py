"""Asks X which of the stored people are gone from it, so that they are forgotten."""

from decimal import Decimal

from tasks.fetch import x_task
from tasks.maintenance.forget import add_to_forget_list
from tasks.sources.x_api.access import XAccess
from tasks.sources.x_api.day import XDay
from tasks.sources.x_api.endpoints import USERS_GONE
from tasks.sources.x_api.stored_people import PeopleLookUp, look_up_people
from tasks.stage import stage_spend


@x_task
def list_gone_people(x_day: XDay, access: XAccess, usd: Decimal) -> str:
    """Put those of the stored people who are gone from X, on a second day too, on the list of people to be forgotten.

    Oldest first, for so many USD at most; a sentence that names nobody. The day's requests are staged anew.
    """
    try:
        with x_day.session(access) as session:
            found = look_up_people(x_day, session, usd)
    finally:
        stage_spend(x_day)
    if found.gone:
        add_to_forget_list(x_day.root, found.gone)
    return _sentence(found, x_day.prices.of_object(USERS_GONE, is_owned=False))


def _sentence(found: PeopleLookUp, price: Decimal) -> str:
    said = f"{len(found.gone):,} of {found.stored_count:,} stored people are gone from X"
    if found.missing_count:
        said += f"; {found.missing_count:,} more did not exist today, and are forgotten if another day says the same"
    left = found.stored_count - found.current_count
    said += f"; {left:,} were not looked up ({found.reason})" if left else "; all others were seen there today"
    return f"{said}; looking up all of them costs ${found.stored_count * price:,.2f} at most"
