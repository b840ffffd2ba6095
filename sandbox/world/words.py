"""Names, handles and descriptions, put together from a person's bits. All invented."""

FIRST = [
    "Ada", "Aino", "Alba", "Amir", "Anouk", "Asha", "Bela", "Bram", "Cleo", "Dara", "Eino", "Elif", "Emil", "Enzo",
    "Esme", "Fadi", "Faye", "Gail", "Hana", "Hugo", "Ilse", "Imre", "Ines", "Iris", "Ivo", "Jana", "Jens", "Joao",
    "June", "Kaia", "Kofi", "Lars", "Leif", "Lena", "Lior", "Lola", "Luca", "Maia", "Malo", "Mara", "Milo", "Mina",
    "Nadia", "Nell", "Nico", "Noor", "Olga", "Omar", "Orla", "Otto", "Paz", "Pia", "Remy", "Rhea", "Rosa", "Ruth",
    "Sami", "Saga", "Tarik", "Teo", "Uma", "Vera", "Wim", "Zoe",
]  # fmt: skip
LAST = [
    "Abara", "Aalto", "Bauer", "Blum", "Borg", "Castel", "Cruz", "Dahl", "Diaz", "Dunne", "Ekman", "Farah", "Finch",
    "Garza", "Grant", "Haas", "Holm", "Ito", "Jansen", "Kaplan", "Keita", "Kern", "Lacroix", "Lind", "Lopez", "Maro",
    "Mehta", "Moen", "Moreau", "Nagy", "Novak", "Okoro", "Olsen", "Osman", "Pardo", "Park", "Quist", "Rao", "Reyes",
    "Rossi", "Ruiz", "Sato", "Serra", "Silva", "Sousa", "Stern", "Suzuki", "Takala", "Tamm", "Toth", "Ueda", "Vance",
    "Varga", "Vidal", "Vogel", "Wada", "Weiss", "West", "Wolf", "Yilmaz", "Young", "Zaki", "Zeman", "Zola",
]  # fmt: skip
CRAFTS = [
    "Gardener", "Baker", "Teacher", "Nurse", "Cyclist", "Potter", "Sailor", "Printer", "Welder", "Student",
    "Botanist", "Chemist", "Drummer", "Cook", "Farmer", "Editor",
]  # fmt: skip
LIKES = [
    "old maps", "slow bread", "long trains", "small boats", "loud guitars", "cold lakes", "bad puns", "good soup",
    "open data", "wild bees", "tall hills", "night walks", "used books", "paper planes", "river stones",
    "rainy Sundays",
]  # fmt: skip
TOWNS = [
    "Almstad", "Bellport", "Corvane", "Dunmere", "Eastlake", "Fennholt", "Garland Bay", "Harrowick", "Islavik",
    "Junora", "Kelmarsh", "Lindenau", "Morrow", "Northam", "Oakhaven", "Porto Luz",
]  # fmt: skip
POST_STARTS = [
    "Notes on", "A word about", "Thinking about", "Photos of", "Still learning from", "In praise of",
    "Questions about", "Today:",
]  # fmt: skip
REPLY_STARTS = [
    "Agreed on", "Lovely", "Tell us more about", "Never tried", "So true about", "Same here with", "Ha,",
    "Nothing beats",
]  # fmt: skip
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
SUFFIX = 5
# Of sixteen people, so many name no town.
TOWNLESS = 6


def person_name(bits: int) -> str:
    """A display name."""
    return f"{FIRST[bits & 63]} {LAST[bits >> 6 & 63]}"


def person_handle(bits: int, turned: int) -> str:
    """A handle of at most 15 characters whose last five spell the person's row."""
    return f"{FIRST[bits & 63].lower()}_{suffix(turned)}"


def suffix(turned: int) -> str:
    """A row number in five characters.

    >>> suffix(36)
    '00010'
    """
    digits = ""
    for _ in range(SUFFIX):
        turned, digit = divmod(turned, 36)
        digits = BASE36[digit] + digits
    return digits


def person_description(bits: int) -> str:
    """A short bio; one in four is empty."""
    if bits >> 12 & 3 == 0:
        return ""
    return f"{CRAFTS[bits >> 14 & 15]}. {LIKES[bits >> 18 & 15].capitalize()}, {LIKES[bits >> 22 & 15]}."


def person_location(bits: int) -> str:
    """A town; three in eight are empty."""
    return "" if bits >> 26 & 15 < TOWNLESS else TOWNS[bits >> 30 & 15]


def has_website(bits: int) -> bool:
    """One in eight links somewhere."""
    return bits >> 34 & 7 == 0


def post_text(bits: int) -> str:
    """What an original post says."""
    return f"{POST_STARTS[bits & 7]} {LIKES[bits >> 3 & 15]} and {LIKES[bits >> 7 & 15]}."


def reply_text(bits: int) -> str:
    """What a reply, a quote or a mention says."""
    return f"{REPLY_STARTS[bits & 7]} {LIKES[bits >> 3 & 15]}."
