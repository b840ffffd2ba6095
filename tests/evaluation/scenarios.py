"""What can happen to an account, as labelled worlds: the causes, their sizes and what may rightly be said of them."""

from dataclasses import dataclass, replace

DEVELOPMENT_SEED = 20_000
"""Worlds for building and calibrating come from seeds from here on."""

FINAL_SEED = 2_600_000
"""Held back: worlds for the final figures come from seeds from here on and are looked at for nothing else.

Ranges from 700,000, 900,000, 1,300,000 and 2,300,000 were looked at and then given up for this one, because a
threshold changed after the first, rules were added after the next two, and intervals were calibrated after the last.
"""

BOT_KINDS = ("batch", "fresh", "aged", "look_alike")
"""How the creation dates of an inauthentic wave lie (detection.md 5.4)."""

VIRAL_SHARES = (0.05, 0.20, 1.00)
"""Sizes of organic bursts, as shares of the followers before (detection.md section 7)."""


@dataclass(frozen=True)
class Scenario:
    """One kind of world: its true cause, and what was made to happen.

    `bots` and `people` are arrivals beside the usual ones, as shares of the followers before;
    they come over `days` days, evenly for bots and decaying for people.
    `normal_days` is how many usual days' worth of people arrive each day of the event.
    """

    name: str
    cause: str
    bots: float = 0.0
    bot_kind: str = ""
    people: float = 0.0
    days: int = 1
    normal_days: float = 1.0
    followers: int = 0
    has_post: bool = False
    has_mention: bool = False
    has_chatter: bool = False
    is_giveaway: bool = False
    is_follow_back: bool = False
    has_missed_day: bool = False
    purge: float = 0.0
    misread: float = 0.0
    disagreement: float = 0.0
    rise: float = 1.0


def purchases() -> list[Scenario]:
    """One-day deliveries of 2 % to 1,060 % and drips, each in the four kinds."""
    sizes = {"two": 0.02, "five": 0.05, "nine": 0.09, "twenty": 0.20, "double": 1.0}
    days = [
        Scenario(f"bought_{word}_{kind}", "unexplained_wave", bots=share, bot_kind=kind)
        for word, share in sizes.items()
        for kind in BOT_KINDS
    ]
    drips = [
        Scenario(f"drip_{length}d_{kind}", "unexplained_wave", bots=0.20, bot_kind=kind, days=length)
        for length in (7, 30)
        for kind in BOT_KINDS
    ]
    return [*days, *drips]


def franks() -> list[Scenario]:
    """Frank's night: 1,600 people, 17,000 bots, and three usual days' worth of people in the same day."""
    frank = Scenario("frank", "unexplained_wave", bots=17_000 / 1_600, followers=1_600, normal_days=3.0)
    return [replace(frank, name=f"frank_{kind}", bot_kind=kind) for kind in BOT_KINDS]


def innocents() -> list[Scenario]:
    """Everything that moves a count without an inauthentic wave."""
    viral = [
        Scenario(f"viral_{share:.0%}".replace("%", ""), "organic_post", people=share, days=4, has_post=True)
        for share in VIRAL_SHARES
    ]
    mention = [
        Scenario(f"mention_{share:.0%}".replace("%", ""), "organic_mention", people=share, days=3, has_mention=True)
        for share in VIRAL_SHARES
    ]
    return [
        *viral,
        *mention,
        Scenario("press_hidden", "organic_mention", people=0.20, days=3),
        Scenario("press_chatter", "organic_mention", people=0.20, days=3, has_chatter=True),
        Scenario("giveaway", "organic_post", people=0.15, days=4, has_post=True, is_giveaway=True),
        Scenario("follow_back", "other", people=0.10, days=5, is_follow_back=True),
        Scenario("purge", "platform_purge", purge=0.03),
        Scenario("misread_up", "data_fault", misread=0.30),
        Scenario("misread_down", "data_fault", misread=-0.60),
        Scenario("disagreement", "data_fault", disagreement=0.15),
        Scenario("steady_rise", "none", rise=2.0),
        Scenario("missed_days", "none", has_missed_day=True),
        Scenario("nothing", "none"),
    ]


def several_causes() -> list[Scenario]:
    """Two things at once; the cause named is the larger one."""
    return [
        Scenario("viral_and_bought", "several", bots=0.20, bot_kind="batch", people=0.10, days=2, has_post=True),
        Scenario("bought_in_a_gap", "unexplained_wave", bots=0.10, bot_kind="aged", has_missed_day=True),
        Scenario("mention_and_bought", "several", bots=0.30, bot_kind="fresh", people=0.10, has_mention=True),
    ]


def scenarios() -> list[Scenario]:
    """Every scenario of the evaluation."""
    return [*purchases(), *franks(), *innocents(), *several_causes()]
