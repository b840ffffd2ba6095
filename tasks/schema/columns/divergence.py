"""Events in which the count left its own past, the evidence on each, and the verdict."""

from tasks.schema.column import Column

RISES = ("jump", "drip")
"""Kinds of events in which somebody arrives."""

_EVENT_KINDS = (*RISES, "drop", "reversal")
"""A rise within days, a slow rise, a fall, and a reading that comes back."""

EXPLANATIONS = (
    "organic_post",
    "organic_mention",
    "annotation",
    "unexplained_wave",
    "platform_purge",
    "data_fault",
    "other",
)
"""What can explain an event; `other` is everything that is not looked for."""

_VERDICTS = (*EXPLANATIONS[:-1], "undetermined")

EVIDENCE_CODES = (
    "own_post_took_off",
    "own_post_too_small",
    "mention_by_large_account",
    "many_voices",
    "unlike_followers_before",
    "unlike_in_age",
    "alike_among_themselves",
    "created_together",
    "never_gave_a_like",
    "engagement_response",
    "impressions_rose",
    "profile_visits_rose",
    "follows_per_engagement",
    "follows_per_visit",
    "followed_many_before",
    "reading_came_back",
    "list_shows_no_arrivals",
    "move_was_undone",
    "others_dropped_too",
    "others_rose_too",
    "block_in_list",
    "user_annotation",
    "round_number",
    "arrivals_left_again",
)

_NOT_A_RISE = "Null for a drop or a reversal, in which nobody arrives."
_NO_PAST = "Null when too few clean days lie before the event."


def _people(name: str, meaning: str, formula: str) -> Column:
    return Column(name, "int64", meaning, "accounts", formula, minimum=0, null_rule=_NOT_A_RISE + " " + _NO_PAST)


def _expected(name: str, meaning: str, formula: str = "") -> Column:
    return Column(name, "float64", meaning, unit="accounts", formula=formula, null_rule=_NO_PAST)


def _probability(explanation: str, said: str, null_rule: str = "") -> Column:
    name, meaning = f"{explanation}_probability", f"Probability that {said} explains the event."
    return Column(name, "float64", meaning, unit="1", minimum=0, maximum=1, null_rule=null_rule)


EVENT_ID = Column("event_id", "string", "The event: account, first day and kind.")
FIRST_DATE = Column("first_date", "date", "First day of the event.", unit="UTC day")
LAST_DATE = Column("last_date", "date", "Last day of the event so far.", unit="UTC day")
JUDGED_DATE = Column("judged_date", "date", "The day up to which everything observed was weighed.", unit="UTC day")
EVENT_KIND = Column("event_kind", "string", "How the count moved.", values=_EVENT_KINDS)
IS_FROM_LIST = Column(
    "is_from_list", "bool", "Whether arrivals were counted in the follower list or an export, not from the count alone."
)
OBSERVED_FOLLOWERS_DELTA = Column(
    "observed_followers_delta",
    "int64",
    "Arrivals in the event where the list was read, else the change of the count; for a reversal its farthest point.",
    unit="accounts",
)
EXPECTED_FOLLOWERS_DELTA = _expected(
    "expected_followers_delta",
    "What the same days would have brought without the event.",
    "mean daily rate of the clean days before x days",
)
EXPECTED_FOLLOWERS_DELTA_LOW = _expected(
    "expected_followers_delta_low", "Lower end of the 90 % interval of the expectation.", "negative binomial quantile"
)
EXPECTED_FOLLOWERS_DELTA_HIGH = _expected(
    "expected_followers_delta_high", "Upper end of the 90 % interval of the expectation.", "negative binomial quantile"
)
UNEXPLAINED_FOLLOWERS_COUNT = _people(
    "unexplained_followers_count",
    "Arrivals not explained by the account's activity.",
    "observed - expected, at least 0; 0 where the verdict explains the event; by profiles where causes are shared",
)
UNEXPLAINED_FOLLOWERS_COUNT_LOW = _people(
    "unexplained_followers_count_low", "Lower end of its 90 % interval.", "observed - expected_high, at least 0"
)
UNEXPLAINED_FOLLOWERS_COUNT_HIGH = _people(
    "unexplained_followers_count_high", "Upper end of its 90 % interval.", "observed - expected_low, at least 0"
)
LARGEST_Z = Column(
    "largest_z",
    "float64",
    "Largest robust z of a day of the event.",
    unit="1",
    formula="(change - median of clean days before) / max(1.4826 MAD, sqrt(median), 1, floor, rounding)",
    minimum=0,
)
VERDICT = Column("verdict", "string", "The explanation on which the evidence is decisive, if any.", values=_VERDICTS)
VERDICT_PROBABILITY = Column(
    "verdict_probability",
    "float64",
    "Probability of the likeliest named explanation; below the decisive one the verdict is undetermined.",
    unit="1",
    minimum=0,
    maximum=1,
)
_PROBABILITIES = (
    _probability("organic_post", "an own post that took off"),
    _probability("organic_mention", "being mentioned by others"),
    _probability("annotation", "what the user says of its days", "Null in rows written before there were annotations."),
    _probability("unexplained_wave", "a wave of accounts that the account's activity did not bring"),
    _probability("platform_purge", "the platform removing accounts"),
    _probability("data_fault", "a wrong reading"),
    _probability("other", "something that is not looked for"),
)
MISSING_EVIDENCE = Column(
    "missing_evidence",
    "string",
    "What was not observed and could have changed the verdict, joined by semicolons.",
    null_rule="Null when everything looked for was observed.",
)
EXPLAINING_POST_ID = Column(
    "explaining_post_id",
    "id",
    "The own post that took off and explains the event.",
    null_rule="Null unless such a post was read and is the verdict.",
)
EXPLAINING_POST_URL = Column(
    "explaining_post_url",
    "string",
    "Its address on X.",
    null_rule="Null with explaining_post_id, and for a post on another network.",
)
ANNOTATIONS = Column(
    "annotations",
    "string",
    "What the user says of the event's days (config/annotations.toml), joined by semicolons.",
    null_rule="Null where the user said nothing.",
)
EVIDENCE_COMPLETE_DATE = Column(
    "evidence_complete_date",
    "date",
    "The day on which what is read anyway has told all that it can of the event.",
    unit="UTC day",
    null_rule="Null when the verdict is decisive, and when it has: more days alone do not help then.",
)
NEXT_READING_FOLLOWERS_COUNT = Column(
    "next_reading_followers_count",
    "int64",
    "How many of the newest followers to read: the cheapest reading that would probably decide the event.",
    unit="followers",
    null_rule="Null when the verdict is decisive, when the followers of its days were read, when no such reading would "
    "probably decide it, and for accounts whose followers are read each day, or that nobody tracks on X.",
    minimum=0,
)
NEXT_READING_PROBABILITY = Column(
    "next_reading_probability",
    "float64",
    "Probability that this reading shows the wave if it is one, and rules it out if it is none.",
    unit="1",
    formula="by what profiles said in calibration, with the spread of a sample of this size",
    null_rule="Null with next_reading_followers_count.",
    minimum=0,
    maximum=1,
)
NEXT_READING_USD = Column(
    "next_reading_usd",
    "float64",
    "What this reading costs.",
    unit="USD",
    formula="next_reading_followers_count x price of a follower in config/pipeline.toml",
    null_rule="Null with next_reading_followers_count.",
    minimum=0,
)
UNREAD_MENTION_AUTHORS_COUNT = Column(
    "unread_mention_authors_count",
    "int64",
    "Mentions of the event's first days of whose authors it was not read how many follow them: one may explain it.",
    unit="mentions",
    null_rule="Null when the verdict is decisive, when mentions were not read, and when all authors are known.",
    minimum=0,
)
UNREAD_MENTION_AUTHORS_USD = Column(
    "unread_mention_authors_usd",
    "float64",
    "What the profiles of these authors cost, if no two mentions are of one.",
    unit="USD",
    formula="unread_mention_authors_count x price of a user in config/pipeline.toml",
    null_rule="Null with unread_mention_authors_count.",
    minimum=0,
)
VERDICT_HISTORY = Column(
    "verdict_history", "string", "Each change of the verdict with the day on which it was reached, oldest first."
)
CLOSED_DATE = Column(
    "closed_date",
    "date",
    "The day on which the event was closed: from then on its followers may become part of what is usual.",
    unit="UTC day",
    null_rule="Null while it is open, and for events that never stood open: falls, faults and what was explained.",
)
CLOSED_REASON = Column(
    "closed_reason",
    "string",
    "Why it was closed: most who came left again, or engagement goes with the whole count.",
    values=("followers_left", "followers_engage"),
    null_rule="Null while closed_date is null.",
)
SUMMARY = Column("summary", "string", "What happened and what explains it, in one sentence.")
EVIDENCE_CODE = Column("evidence_code", "string", "What was looked at.", values=EVIDENCE_CODES)
EXPLANATION = Column("explanation", "string", "The explanation on which it speaks.", values=EXPLANATIONS)
EVIDENCE_VALUE = Column(
    "evidence_value",
    "float64",
    "The figure behind it, as the meaning says.",
    unit="1",
    null_rule="Null when the figure is infinite.",
)
WEIGHT_NATS = Column(
    "weight_nats",
    "float64",
    "Log-odds that the piece adds: above 0 it speaks for the explanation, below 0 against it.",
    unit="nats",
)
EVIDENCE_MEANING = Column("evidence_meaning", "string", "What the figure is, in words.")

EVENT_COLUMNS = (
    EVENT_ID,
    FIRST_DATE,
    LAST_DATE,
    JUDGED_DATE,
    EVENT_KIND,
    VERDICT,
    VERDICT_PROBABILITY,
    SUMMARY,
    OBSERVED_FOLLOWERS_DELTA,
    EXPECTED_FOLLOWERS_DELTA,
    EXPECTED_FOLLOWERS_DELTA_LOW,
    EXPECTED_FOLLOWERS_DELTA_HIGH,
    UNEXPLAINED_FOLLOWERS_COUNT,
    UNEXPLAINED_FOLLOWERS_COUNT_LOW,
    UNEXPLAINED_FOLLOWERS_COUNT_HIGH,
    LARGEST_Z,
    IS_FROM_LIST,
    *_PROBABILITIES,
    MISSING_EVIDENCE,
    EVIDENCE_COMPLETE_DATE,
    NEXT_READING_FOLLOWERS_COUNT,
    NEXT_READING_PROBABILITY,
    NEXT_READING_USD,
    UNREAD_MENTION_AUTHORS_COUNT,
    UNREAD_MENTION_AUTHORS_USD,
    EXPLAINING_POST_ID,
    EXPLAINING_POST_URL,
    ANNOTATIONS,
    VERDICT_HISTORY,
    CLOSED_DATE,
    CLOSED_REASON,
)
EVIDENCE_COLUMNS = (EVIDENCE_CODE, EXPLANATION, WEIGHT_NATS, EVIDENCE_VALUE, EVIDENCE_MEANING)
