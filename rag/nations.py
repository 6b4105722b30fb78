"""Words for the same thing in names: countries and their people, offices and states cut short."""

from __future__ import annotations

from functools import lru_cache

# Words that a source may have in another form, as a pattern of that.
SPELLED = {
    "ceo": r"chief executive",
    "cfo": r"chief financial officer|finance chief|financial chief",
    "coo": r"chief operating officer|operating chief",
    "cto": r"chief technology officer|technology chief",
    "chief": r"\bC[EFOT]O\b",
    "executive": r"\bCEO\b",
    "hr": r"human resources",
    "ip": r"intellectual property",
    "ml": r"machine learning",
    "vc": r"venture capital",
    "reddit": r"\b[ru]/\w",
    "redditor": r"\b[ru]/\w|\breddit",
    "redditors": r"\b[ru]/\w|\breddit",
}
# As American papers shorten offices and states; with the dot, as some are words without it.
SHORTENED = {
    "governor": r"Gov\.",
    "senator": r"Sen\.",
    "representative": r"Rep\.",
    "general": r"Gen\.",
    "professor": r"Prof\.",
    "boulevard": r"Blvd\b",
    "street": r"St\.",
    "avenue": r"Ave\b",
    "department": r"Dept\.",
    "university": r"Univ\.",
    "alabama": r"Ala\.",
    "delaware": r"Del\.",
    "georgia": r"Ga\.",
    "illinois": r"Ill\.",
    "indiana": r"Ind\.",
    "kansas": r"Kan\.",
    "louisiana": r"La\.",
    "maryland": r"Md\.",
    "massachusetts": r"Mass\.",
    "mississippi": r"Miss\.",
    "missouri": r"Mo\.",
    "montana": r"Mont\.",
    "nebraska": r"Neb\.",
    "nevada": r"Nev\.",
    "oregon": r"Ore\.",
    "pennsylvania": r"Pa\.",
    "vermont": r"Vt\.",
    "virginia": r"Va\.",
    "washington": r"Wash\.",
}


def same_people(left: str, right: str) -> bool:
    """Country and its people or abbreviation: "US"/"American", "Japan"/"Japanese"."""
    return (
        left != right and len(left) > 1 and len(right) > 1 and bool(nations(left) & nations(right))
    )


_NATIONS = (
    "us usa u.s america american americans",
    "uk u.k britain british",
    "england english",
    "wales welsh",
    "eu e.u europe european",
    "china chinese",
    "japan japanese",
    "germany german",
    "france french",
    "india indian",
    "canada canadian",
    "korea korean",
    "italy italian",
    "russia russian",
    "taiwan taiwanese",
    "israel israeli",
    "spain spanish",
    "australia australian",
    "denmark danish danes",
    "netherlands dutch",
    "sweden swedish",
    "norway norwegian",
    "finland finnish",
    "poland polish",
    "switzerland swiss",
    "ireland irish",
    "scotland scottish",
    "turkey turkish",
    "brazil brazilian",
    "mexico mexican",
    "ukraine ukrainian",
    "singapore singaporean",
    "vietnam vietnamese",
    "saudi saudis",
    "emirates emirati uae",
    "iran iranian iranians",
    "iraq iraqi iraqis",
    "egypt egyptian",
    "pakistan pakistani",
    "afghanistan afghan afghans",
    "qatar qatari",
    "greece greek greeks",
    "hungary hungarian",
    "austria austrian",
    "belgium belgian",
    "portugal portuguese",
    "argentina argentine argentinian",
    "chile chilean",
    "colombia colombian",
    "indonesia indonesian",
    "malaysia malaysian",
    "thailand thai",
    "philippines philippine filipino",
    "kenya kenyan",
    "nigeria nigerian",
    "ethiopia ethiopian",
    "cuba cuban",
    "syria syrian",
    "lebanon lebanese",
    "czechia czech",
    "estonia estonian",
    "bangladesh bangladeshi",
    "kazakhstan kazakh",
    "africa african",
    "asia asian",
    "california californian calif",
    # as American papers shorten other states, where no common word is written so
    "arizona ariz",
    "colorado colo",
    "connecticut conn",
    "florida fla",
    "kentucky ky",
    "michigan mich",
    "minnesota minn",
    "oklahoma okla",
    "tennessee tenn",
    "wisconsin wis",
    "wyoming wyo",
)


@lru_cache(maxsize=1)
def _nation_of() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, group in enumerate(_NATIONS):
        for word in group.split():
            table.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in table.items()}


def nations(word: str) -> frozenset[int]:
    """The countries that a word, in small letters, names or belongs to; mostly none."""
    return _nation_of().get(word, frozenset())
