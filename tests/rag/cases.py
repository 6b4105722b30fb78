"""Own-written news, faithful paraphrases of it, and what a careless or hostile model says of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.types import Origin, Passage, Source, Story


@dataclass(frozen=True)
class Case:
    """One article: title, publication day, sentences; then true and false claims."""

    title: str
    published: str
    text: str
    true: tuple[str, ...]
    false: tuple[str, ...] = field(default=())


CASES = (
    Case(
        "Harbour Robotics trims 1,200 jobs",
        "2025-03-11",
        "Harbour Robotics said on Tuesday that it will cut 1,200 corporate positions, about 9% of "
        "its staff, by the end of June. Chief executive Lena Ortiz told employees that the "
        "reductions should save $340 million a year. The company, based in Rotterdam, will not "
        "close its plant in Ghent. Severance will be paid for at least 12 weeks.",
        (
            "Harbour Robotics is cutting 1,200 corporate jobs.",
            "Harbour Robotics will eliminate about 9 percent of its workforce by the end of June.",
            "Lena Ortiz, the chief executive, expects savings of 340 million dollars a year.",
            "The cuts should save $340M a year.",
            "The plant in Ghent will not be closed.",
            "Severance is paid for at least 12 weeks.",
            "Harbour Robotics announced the cuts on Tuesday.",
            "The CEO, Lena Ortiz, told staff that the reductions would save $340 million a year.",
        ),
        (
            "Harbour Robotics is cutting 12,000 corporate jobs.",
            "Harbour Robotics will cut 1,200 positions, about 19% of its staff.",
            "The reductions should save $340 billion a year.",
            "The reductions should save €340 million a year.",
            "Harbour Robotics will close its plant in Ghent.",
            "Harbour Robotics will not cut 1,200 corporate positions.",
            "Marco Stein, the chief executive, expects savings of $340 million.",
            "The cuts will be made by the end of September.",
            "Harbour Robotics is hiring 1,200 corporate employees.",
            "Severance will be paid for at least 12 months.",
            "Harbour Robotics, based in Antwerp, will cut 1,200 positions.",
            "Ortiz resigned after protests by the union over stock options.",
            "Harbour Robotics said on Friday that it will cut 1,200 corporate positions.",
            "Meta said that it will cut 1,200 corporate positions.",
        ),
    ),
    Case(
        "Quillon raises $80 million",
        "2024-06-05",
        "Quillon, which makes software for translating contracts, raised $80 million in a Series B "
        "round led by Northgate Ventures. The deal values the start-up at $610 million. It had "
        "raised $22 million in October 2022. Quillon has 140 employees and serves 3,500 law firms "
        "in 41 countries.",
        (
            "Quillon raised $80 million in its Series B.",
            "Northgate Ventures led the $80M round.",
            "The round values Quillon at 610 million dollars.",
            "Quillon had already raised $22 million in October 2022.",
            "Quillon employs 140 people.",
            "Its software for translating contracts is used by 3,500 law firms in 41 countries.",
            "The startup is valued at $610M.",
        ),
        (
            "Quillon raised $80 million in a round led by Sequoia Capital.",
            "Quillon raised $18 million in its Series B.",
            "The deal values Quillon at $610 billion.",
            "Quillon raised $22 million in October 2021.",
            "Quillon raised $22 million in March 2022.",
            "Quillon has 410 employees.",
            "Quillon serves 3,500 hospitals in 41 countries.",
            "Quillon serves 3,500 law firms in 14 countries.",
            "Quillon plans to list its shares in Frankfurt next year.",
            "Quillon was bought by Northgate Ventures and moved to Oslo.",
            "The Series C round raised $80 million for hiring sales staff in Asia.",
            "Quillon denied that it raised $80 million.",
        ),
    ),
    Case(
        "Court orders Skyhaul to refund passenger",
        "2024-02-16",
        "A tribunal in Vancouver ordered Skyhaul to refund $650.88 to a passenger whom the "
        "airline's chatbot had told wrongly that he could claim a bereavement fare later. Skyhaul "
        "argued that the chatbot was responsible for its own actions. The tribunal rejected that "
        "argument. The airline has since removed the chatbot from its website.",
        (
            "Skyhaul was ordered to refund $650.88 to a passenger.",
            "The tribunal rejected the airline's argument that the chatbot was responsible for its "
            "own actions.",
            "Skyhaul has removed the chatbot from its website.",
            "The chatbot had wrongly told a passenger that he could claim a bereavement fare.",
            "The tribunal sits in Vancouver.",
            "A court in Vancouver told Skyhaul to refund a passenger $650.88.",
        ),
        (
            "Skyhaul was ordered to refund $6,508.80 to a passenger.",
            "The tribunal accepted Skyhaul's argument that the chatbot was responsible.",
            "Skyhaul was ordered to refund £650.88 to a passenger.",
            "A tribunal in Toronto ordered Skyhaul to refund $650.88.",
            "Skyhaul has not removed the chatbot from its website.",
            "The passenger, Daniel Cho, was refunded $650.88.",
            "Skyhaul won the case against the passenger.",
            "Skyhaul was fined for breaking privacy laws with its chatbot.",
            "The tribunal ordered Skyhaul to pay the lawyers of the passenger $900.",
        ),
    ),
    Case(
        "Vesper 2 tops the arena",
        "2025-02-18",
        "Tellurian's model Vesper 2 became the first to pass 1400 points on the Arena leaderboard, "
        "ahead of GPT-4o and Gemini 2.0 Pro. It was trained on 200,000 H100 GPUs. The model "
        "has a context window of 128k tokens. Tellurian will charge $30 a month. Vesper 2 is not "
        "available in the European Union.",
        (
            "Vesper 2 was the first model to pass 1400 points on the Arena leaderboard.",
            "Tellurian trained Vesper 2 on 200K H100 GPUs.",
            "Its context window is 128,000 tokens.",
            "Tellurian charges $30 a month for it.",
            "Vesper 2 is not available in the EU.",
            "Vesper 2 is ahead of GPT-4o and Gemini 2.0 Pro on the leaderboard.",
        ),
        (
            "Vesper 2 was the first model to pass 1500 points on the Arena leaderboard.",
            "Vesper 3 was the first to pass 1400 points.",
            "Vesper 2 was trained on 20,000 H100 GPUs.",
            "Vesper 2 was trained on 200,000 H200 GPUs.",
            "Its context window is 128 million tokens.",
            "Tellurian will charge $30 a week.",
            "Tellurian will charge $300 a month.",
            "Vesper 2 is available in the European Union.",
            "Vesper 2 is ahead of Claude 3.5 Sonnet on the leaderboard.",
            "Vesper 2 is behind GPT-4o and Gemini 2.0 Pro.",
            "OpenAI trained Vesper 2 on 200,000 GPUs.",
            "Vesper 2 was found to leak private medical records.",
        ),
    ),
    Case(
        "Regulator fines Lumafeed",
        "2023-11-30",
        "The Federal Trade Commission fined Lumafeed $25 million on 29 November 2023 for keeping "
        "children's voice recordings. Lumafeed said it disagreed with the finding but would not "
        "appeal. The firm must delete the recordings within 90 days. Its shares fell 4.2% on "
        "Thursday.",
        (
            "The FTC fined Lumafeed $25 million for keeping children's voice recordings.",
            "Lumafeed was fined on November 29, 2023.",
            "Lumafeed must delete the recordings within 90 days.",
            "Lumafeed will not appeal, although it disagreed with the finding.",
            "Shares of Lumafeed fell 4.2 percent on Thursday.",
            "Lumafeed's shares dropped by 4.2%.",
        ),
        (
            "The FCC fined Lumafeed $25 million for keeping children's voice recordings.",
            "The FTC fined Lumafeed $25 million on 28 November 2023.",
            "The FTC fined Lumafeed $25 million in November 2022.",
            "Lumafeed will appeal against the fine.",
            "Lumafeed must delete the recordings within 30 days.",
            "Lumafeed's shares rose 4.2% on Thursday.",
            "Lumafeed's shares fell 42% on Thursday.",
            "Lumafeed fined the Federal Trade Commission $25 million.",
            "The European Commission fined Lumafeed $25 million.",
            "Lumafeed sold children's voice recordings to advertisers in Brazil.",
            "Lumafeed's founder faces a prison sentence.",
            "Lumafeed must pay $25 million to each of 90 families.",
        ),
    ),
    Case(
        "Brightwell acquires Codenest",
        "2024-12-12",
        "Brightwell acquired Codenest for an undisclosed sum to launch a code interpreter. "
        "Codenest's 38 engineers join Brightwell's office in Lisbon. Founder Ines Duarte becomes "
        "vice president of developer tools. Codenest was founded in 2017 and has 4.5 million "
        "users.",
        (
            "Brightwell bought Codenest to launch a code interpreter.",
            "Codenest was acquired by Brightwell.",
            "Brightwell acquired Codenest, which was founded in 2017.",
            "Ines Duarte, Codenest's founder, becomes vice president of developer tools.",
            "Codenest has 4.5 million users.",
            "The 38 engineers of Codenest join Brightwell's Lisbon office.",
        ),
        (
            "Codenest acquired Brightwell.",
            "Brightwell was acquired by Codenest.",
            "Brightwell acquired Codenest for $45 million.",
            "Brightwell sold Codenest to launch a code interpreter.",
            "Codenest was founded in 2007.",
            "Codenest has 4.5 billion users.",
            "Codenest's 83 engineers join Brightwell.",
            "The engineers join Brightwell's office in Madrid.",
            "Rui Duarte becomes vice president of developer tools.",
            "Ines Duarte becomes chief financial officer and moves to Singapore.",
            "Brightwell will shut down Codenest's service in January.",
            "GitHub acquired Codenest to launch a code interpreter.",
        ),
    ),
    Case(
        "Power for Colossal's data centre",
        "2024-11-08",
        "Colossal received approval for 150 megawatts of grid power from the Ohio Valley "
        "Authority. The data centre near Dayton currently draws 8 MW. A second phase, planned for "
        "2026, would need 1.2 gigawatts. Residents have asked for a study of water use.",
        (
            "Colossal was approved to receive 150MW of grid power from the Ohio Valley Authority.",
            "The data centre near Dayton draws 8 megawatts at present.",
            "The second phase would need 1.2 GW.",
            "A second phase is planned for 2026.",
            "Residents asked for a study of water use.",
        ),
        (
            "Colossal received approval for 150 gigawatts of grid power.",
            "Colossal received approval for 250 megawatts of grid power.",
            "The Tennessee Valley Authority approved 150 megawatts for Colossal.",
            "The data centre near Dayton draws 80 MW.",
            "The second phase, planned for 2027, would need 1.2 gigawatts.",
            "The second phase would need 12 gigawatts.",
            "The Ohio Valley Authority rejected Colossal's request for 150 megawatts.",
            "Residents have sued Colossal over noise.",
            "The data centre near Columbus currently draws 8 MW.",
            "Colossal pays 4 cents per kilowatt-hour.",
        ),
    ),
    Case(
        "Parliament passes AI labelling act",
        "2025-05-22",
        "Parliament passed the Labelling Act by 312 votes to 207. It requires makers of image "
        "generators to mark their output from 1 January 2026. Small firms with fewer than 50 "
        "employees are exempt. Minister Paul Adeyemi called it a first step. Newspapers opposed "
        "the exemption.",
        (
            "The Labelling Act was passed by 312 votes to 207.",
            "From January 1, 2026, makers of image generators must mark their output.",
            "Firms with fewer than 50 employees are exempt.",
            "Paul Adeyemi called the law a first step.",
            "Newspapers opposed the exemption.",
            "The act requires image generators' makers to mark output from 1 January 2026.",
        ),
        (
            "The Labelling Act was passed by 321 votes to 207.",
            "Makers must mark their output from 1 January 2027.",
            "Makers must mark their output from 1 June 2026.",
            "Firms with fewer than 500 employees are exempt.",
            "Firms with more than 50 employees are exempt.",
            "Parliament rejected the Labelling Act by 312 votes to 207.",
            "Newspapers supported the exemption.",
            "Minister Paula Adeyemi-Jones called it a first step.",
            "The act requires makers of weapons to register with police.",
            "The Senate passed the Labelling Act by 312 votes to 207.",
            "Violations are punished with fines of up to 6% of turnover.",
        ),
    ),
    Case(
        "Novus prepares chip for translation earbuds",
        "2024-09-03",
        "Novus is developing its first in-house chip with Formosa Foundry on the A16 process. "
        "Production should start in the second half of 2026, said two people familiar with the "
        "plans. The chip is meant for translation earbuds, not for phones. Analysts at Belmont "
        "expect Novus to spend roughly $1.5 billion on it.",
        (
            "Novus is developing an in-house chip on Formosa Foundry's A16 process.",
            "Production should begin in the second half of 2026.",
            "The chip is meant for translation earbuds.",
            "Analysts at Belmont expect Novus to spend about 1.5 billion dollars.",
            "The chip is not meant for phones.",
            "Belmont's analysts expect spending of roughly $1.5B on the chip.",
        ),
        (
            "Novus is developing its first chip on the A18 process.",
            "Novus is developing its first chip with Samsung.",
            "Production should start in the second half of 2025.",
            "The chip is meant for phones.",
            "Analysts at Belmont expect Novus to spend $15 billion on it.",
            "Analysts at Goldman expect Novus to spend roughly $1.5 billion.",
            "Novus cancelled its chip after tests failed in Taiwan.",
            "Novus hired Apple's head of design for the earbuds.",
            "Novus will buy Formosa Foundry for $1.5 billion.",
        ),
    ),
    Case(
        "Weekly users of Parlance double",
        "2025-02-21",
        "Parlance now has 400 million weekly users, twice as many as in August 2024, operating "
        "chief Brad Lindqvist said. Two million businesses pay for it. Revenue reached $3.7 "
        "billion in 2024, and the firm lost $5 billion. It expects to become profitable in 2029.",
        (
            "Parlance has 400 million weekly users.",
            "Two million businesses pay for Parlance.",
            "Parlance's revenue was $3.7 billion in 2024.",
            "Parlance lost $5 billion.",
            "Parlance expects to be profitable in 2029.",
            "Brad Lindqvist said that Parlance has 400M weekly users, twice as many as in August "
            "2024.",
        ),
        (
            "Parlance has 400 million daily users.",
            "Parlance has 400 billion weekly users.",
            "Parlance has 40 million weekly users.",
            "Parlance earned a profit of $5 billion.",
            "Parlance's revenue was $7.3 billion in 2024.",
            "Parlance's revenue was $3.7 billion in 2023.",
            "Twenty million businesses pay for Parlance.",
            "Parlance expects to become profitable in 2026.",
            "Parlance does not expect to become profitable.",
            "Sarah Lindqvist said that Parlance has 400 million weekly users.",
            "Parlance's weekly users live mostly in Indonesia.",
        ),
    ),
)


def passage(case: Case, id: int) -> Passage:
    source = Source(
        id, 1, f"https://daily.example.com/{id}", case.title, "The Daily Example", (),
        case.published, Origin.FILE, None, None, "en", Story(id),
    )  # fmt: skip
    return Passage(id, source, 0, 0, len(case.text), case.text)


# What a model adds after a true beginning.
TAILS = (
    " and will pay every remaining worker a bonus in gold coins.",
    ", which critics said would wreck local schools and hospitals.",
    ", and the mayor has called for a boycott of its products.",
    " after its servers were flooded by a storm in Portugal.",
)
PASSAGES = [passage(case, number) for number, case in enumerate(CASES, 1)]
TRUE = [(number, claim) for number, case in enumerate(CASES) for claim in case.true]
FALSE = [(number, claim) for number, case in enumerate(CASES) for claim in case.false] + [
    (number, case.true[at].rstrip(".") + tail)
    for number, case in enumerate(CASES)
    for at, tail in enumerate(TAILS)
]
