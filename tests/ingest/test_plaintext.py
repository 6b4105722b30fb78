"""Scraped text: one story, written for the tests, in the furniture of many sites.

Each case: name, text, title, authors, publisher, published, updated; every line that must
not survive starts with "~" (the mark is taken off), every heading with "^".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingest.plaintext import is_name, read
from rag.types import Origin

P1 = (
    "Northwind Robotics said on Monday that it had raised $240 million in a round led by "
    "Harbour Ventures, the largest sum yet paid for a maker of warehouse robots in Denmark."
)
P2 = (
    "The company, founded in 2017 by two engineers from Aarhus, will use the money to build "
    "a second factory and to hire about 300 people by the end of next year."
)
P3 = (
    "“We have more orders than we can fill,” said Mette Lund, the chief executive. She would "
    "not say when the company expects to turn a profit, though its losses shrank in the spring."
)
P4 = (
    "Analysts were divided over the price. A valuation of $1.9 billion is 14 times last year's "
    "revenue, twice what listed rivals fetch, and two customers account for half of sales."
)
P5 = (
    "Northwind's robots are rented out by the hour rather than sold, which spreads the cost for "
    "small warehouses but leaves the company with the risk that machines stand idle."
)
PARAGRAPHS = (P1, P2, P3, P4, P5)


@dataclass(frozen=True)
class Case:
    name: str
    raw: str
    title: str
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: str | None = None
    updated: str | None = None
    paragraphs: tuple[str, ...] = field(default=PARAGRAPHS)

    @property
    def text(self) -> str:
        return "\n".join(line.removeprefix("~").removeprefix("^") for line in self._lines())

    @property
    def dropped(self) -> list[str]:
        return [line[1:] for line in self._lines() if line.startswith("~")]

    @property
    def headings(self) -> list[str]:
        return [line[1:] for line in self._lines() if line.startswith("^")]

    def _lines(self) -> list[str]:
        return self.raw.strip("\n").split("\n")


CASES = [
    Case(
        "navigation, share buttons, newsletter in the middle, related, footer",
        f"""~Skip to content
~Home
~News
~Startups
~Events
~Log in
~Subscribe
Danish robot maker Northwind raises $240 million
~By Karen Holt
~March 4, 2025 at 9:15 am
~Share on Facebook
~Share on X
~Copy link
{P1}
{P2}
~Sign up for the Nordic Ledger newsletter
~The week's deals in your inbox every Friday. You can unsubscribe at any time.
~Your email address
^What the money is for
{P3}
{P4}
~Read more: Harbour Ventures closes third fund
{P5}
~Related stories
~Rival Pallet Works cuts a tenth of its staff
~Warehouse rents fall in Copenhagen
~© 2025 Nordic Ledger ApS. All rights reserved.
~Privacy policy
~Terms of use""",
        "Danish robot maker Northwind raises $240 million",
        ("Karen Holt",),
        "Nordic Ledger",
        "2025-03-04",
    ),
    Case(
        "page title with the site's name, cookie banner first, comments last",
        f"""~We use cookies on this site. By clicking accept you agree to our cookie policy.
~Accept all
~Manage preferences
~Northwind raises $240m to build a second factory | The Freight Dispatch
Northwind raises $240m to build a second factory
~Jonas Feld, Senior Reporter
~Published: 4 March 2025
~Updated: 6 March 2025
~3 min read

{P1}

{P2}

^A price that divides

{P4}

{P3}

{P5}

~12 Comments
~Log in to leave a comment
~robotfan82
~I worked there for two years and the machines are honestly the best in the whole business.
~Reply
~Dana
~Fourteen times revenue is mad, and nobody in their right mind would have paid it in 2023.
~Reply""",
        "Northwind raises $240m to build a second factory",
        ("Jonas Feld",),
        "The Freight Dispatch",
        "2025-03-04",
        "2025-03-06",
    ),
    Case(
        "repeated title and standfirst, author at the end, advertising",
        f"""Why Northwind's robots are worth $1.9 billion
~ADVERTISEMENT
Why Northwind's robots are worth $1.9 billion
{P1}
~Advertisement
{P2}
{P3}
~ADVERTISEMENT
{P4}
{P5}
~Written by Aino Virtanen
~Aino Virtanen is a staff writer at Kvartal Tech who covers robots and logistics.
~Follow her on LinkedIn
~Advertise with Kvartal Tech
~Download our media kit
~About Kvartal Tech
~Contact us: tips@kvartaltech.example""",
        "Why Northwind's robots are worth $1.9 billion",
        ("Aino Virtanen",),
        "Kvartal Tech",
    ),
    Case(
        "two authors in capitals, related teasers with summaries after the text",
        f"""~MENU
~Markets | Tech | Opinion | Podcasts
NORTHWIND TO HIRE 300 AFTER RECORD FUNDING ROUND
~BY ANNA BERG AND TOM O'NEIL
{P1}
{P2}
{P3}
{P4}
{P5}
~More from Baltic Business Daily
~Port of Gdansk orders 40 cranes
~The order is the biggest in the port's history and will be delivered over three years.
~Shipping rates slip for a fifth week
~Spot prices from Shanghai fell again as carriers added ships to their busiest routes.
~Most read
~1. Five charts on the price of steel
~2. Why ferries are going electric
~Subscribe to Baltic Business Daily
~Copyright 2025 Baltic Business Daily""",
        "NORTHWIND TO HIRE 300 AFTER RECORD FUNDING ROUND",
        ("Anna Berg", "Tom O'Neil"),
        "Baltic Business Daily",
    ),
    Case(
        "nothing known but the text",
        "\n\n".join(("Northwind closes $240 million round", *PARAGRAPHS)),
        "Northwind closes $240 million round",
    ),
    Case(
        "membership appeal, picture credits, list of figures",
        f"""Northwind's billion-dollar bet on rented robots
~Photo: Getty Images
~by Lena Vogt
~12 June 2024
{P1}
~Photograph by Ole Hansen/Reuters
{P2}
^The round in figures
The round at a glance:
Amount: $240 million
Valuation: $1.9 billion
{P3}
~Support independent journalism
~Become a member of The Stack Review today. Your contribution keeps it free for all.
{P4}
{P5}
~Tags: robots, funding, Denmark
~Leave a comment
~Your email address will not be published. Required fields are marked *
~Powered by WordPress""",
        "Northwind's billion-dollar bet on rented robots",
        ("Lena Vogt",),
        "The Stack Review",
        "2024-06-12",
    ),
    Case(
        "press release wrapped at 72 columns",
        """Northwind Robotics Announces $240 Million Growth Round

AARHUS, Denmark, March 4, 2025 -- Northwind Robotics, which rents out
robots for warehouses, today announced that it has raised $240 million
in a round led by Harbour Ventures. The company will use the money to
build a second factory and to hire about 300 people by the end of the
coming year, most of them in Denmark.

The round values the company at $1.9 billion. It follows a year in which
the number of robots in use doubled and losses narrowed, the company
said, without giving figures for either half of the year.

~Media contact: press@northwind.example""",
        "Northwind Robotics Announces $240 Million Growth Round",
        (),
        "Northwind",
        "2025-03-04",
        paragraphs=(
            "robots for warehouses, today announced that it has raised $240 million in a round",
            "losses narrowed, the company said, without giving figures for either half",
        ),
    ),
    Case(
        "app prompts, reading time, popular list before the text",
        f"""~Get the app
~Trending now
~Chip maker doubles forecast
~Court rejects appeal in copyright case
~Search
Harbour Ventures leads $240 million bet on Northwind
~Posted by Ravi Menon on 4 Mar 2025
~5 min read
~Listen to this article
{P1}
{P2}
^Customers and risks
{P3}
{P4}
{P5}
~Notice an error? Report it to our editors.
~Enjoyed this story? Join 40,000 readers and get our daily newsletter.
~Back to top""",
        "Harbour Ventures leads $240 million bet on Northwind",
        ("Ravi Menon",),
        None,
        "2025-03-04",
    ),
    Case(
        "affiliate notice, author box, site named by its domain only",
        f"""Renting robots by the hour: inside Northwind's $240 million plan
~Author: Sofia Marques
~When you buy through links on our site, we may earn an affiliate commission. Learn more.
{P1}
{P2}
{P3}
^Idle machines
{P5}
{P4}
~About the author
~Sofia Marques writes about logistics and has covered ports and railways since 2009.
~Questions or tips? Write to news@cargonotes.example or visit www.cargonotes.example
~Do not sell my personal information""",
        "Renting robots by the hour: inside Northwind's $240 million plan",
        ("Sofia Marques",),
        "cargonotes.example",
    ),
    Case(
        "breadcrumb, dateline, event promotion and podcast in the middle",
        f"""~Home > Business > Robots
Northwind valued at $1.9 billion in new round
~By
~Peter Sand
~Monday, 3 March 2025
{P1}
{P2}
~Join us at Robotics Summit 2025. Tickets are on sale now, register today and save 20%.
{P3}
~Watch
~How warehouse robots see
{P4}
{P5}
~You may also like
~The last lamp maker of Odense
~Around the web
~This trick will change how you pack""",
        "Northwind valued at $1.9 billion in new round",
        ("Peter Sand",),
        None,
        "2025-03-03",
    ),
    Case(
        "paragraphs without blank lines between short quotes",
        f"""Inside Northwind, the robot company that rents by the hour
{P1}
{P2}
“It was close.”
{P3}
“Nobody knew.”
{P4}
{P5}
~Thanks for reading Pallet Post! Subscribe for free to receive new posts.
~Share this post
~Like
~Restack""",
        "Inside Northwind, the robot company that rents by the hour",
        (),
        "Pallet Post",
        paragraphs=(*PARAGRAPHS, "“It was close.”", "“Nobody knew.”"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_article_is_found(case: Case) -> None:
    found = read(case.text)
    lines = [line.lstrip("#- ") for line in found.text.split("\n")]
    assert found.title == case.title
    assert found.authors == case.authors
    assert [part for part in case.paragraphs if part not in found.text] == []
    assert [line for line in case.dropped if line in lines] == []
    heads = [line[3:] for line in found.text.split("\n") if line.startswith("## ")]
    assert heads == case.headings


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_publisher_and_dates(case: Case) -> None:
    found = read(case.text)
    assert found.publisher == case.publisher
    assert (found.published.value if found.published else None) == case.published
    assert (found.updated.value if found.updated else None) == case.updated
    for date in (found.published, found.updated):
        assert date is None or date.origin is Origin.TEXT


def test_facts_in_a_list_stay() -> None:
    case = next(case for case in CASES if "figures" in case.name)
    assert "- Amount: $240 million\n- Valuation: $1.9 billion" in read(case.text).text


def test_furniture_alone_is_no_article() -> None:
    menus = "Home\nNews\nSubscribe to our newsletter\nWe use cookies. Accept all cookies?\nLog in"
    assert read(menus).text == ""
    assert read("").text == ""


def test_future_stamp_is_unknown() -> None:
    from datetime import UTC, datetime

    text = f"A title of five words\nPublished March 4, 2031\n{P1}\n{P2}"
    assert read(text, datetime(2025, 1, 1, tzinfo=UTC)).published is None


def test_dates_in_the_story_are_not_its_date() -> None:
    text = f"A title of five words\n{P1}\nThe first robot left the factory on May 2, 2019.\n{P2}"
    assert read(text).published is None


@pytest.mark.parametrize(
    "name", ["Ann Lee", "Jean-Luc Picard", "Tom O'Neil", "Ursula von der Leyen"]
)
def test_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("other", ["Read More", "ann lee", "Staff Writer", "Ann", "A B C D E F"])
def test_no_names(other: str) -> None:
    assert not is_name(other)


def test_seed_article(shared: Path) -> None:
    text = next((shared / "seeds").glob("*.txt")).read_text(encoding="utf-8")
    found = read(text)
    assert found.title.startswith("Amazon Cuts 14,000 Jobs")
    assert found.authors == ("Emma Rogers",)
    assert found.publisher == "WebProNews"
    assert found.published is None
    assert found.text.count("## ") == 5
    low = found.text.lower()
    for word in ("newsletter", "subscribe", "advertis", "media kit", "terms of service", "sign"):
        assert f"{word} up" not in low if word == "sign" else word not in low


@pytest.mark.timeout(120)
def test_the_middle_of_a_book_is_kept_without_judging_each_line():
    paragraph = "The court heard on day {} that the model had been trained on the {} papers filed."
    body = "\n\n".join(paragraph.format(n, n * 7) for n in range(20_000))
    found = read(f"Home\nLog in\n\nA very long account of a trial\n\n{body}\n\nLog in")
    assert found.title == "A very long account of a trial"
    assert len(found.text) == len(body)
    assert "Log in" not in found.text
    assert all(paragraph.format(n, n * 7) in found.text for n in (0, 9_999, 19_999))
