"""How far the days up to one were judged, and what could have been missed on them."""

from tasks.schema.column import Column

_NOT_JUDGED = "Null when the change of the day is unknown, or there is neither a past nor a profile to judge it by."

JUDGED_DAY_COLUMNS = (
    Column(
        "judged_days_count",
        "int64",
        "Days up to this one whose change was judged; what happened on others is not known to be nothing.",
        unit="days",
        null_rule="Null until the day was judged by a release that counts them.",
        minimum=0,
    ),
    Column(
        "clearing_date",
        "date",
        "The day from which on days are cleared, if the count is read every day until then.",
        unit="UTC day",
        formula="the day + clearing_days of [judge.events] - judged days",
        null_rule="Null when days are cleared already.",
    ),
    Column(
        "detectable_jump_followers_delta",
        "int64",
        "Smallest rise since the reading before that would have been an event: a smaller one could have been missed.",
        unit="accounts",
        formula="usual x days + max(shock_z x scale x sqrt(days), 1 % of the followers, 8), rounded up",
        null_rule=_NOT_JUDGED,
        minimum=0,
    ),
    Column(
        "detectable_drip_followers_delta",
        "int64",
        "Smallest rise of the 30 days up to this one that would have been an event.",
        unit="accounts",
        formula="usual x days + max(drip_z x scale x sqrt(days + days^2 / clean days before), 3 % of the followers, 8)",
        null_rule=_NOT_JUDGED + " Null while fewer than 30 days are known.",
        minimum=0,
    ),
)
