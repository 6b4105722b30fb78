"""Whether a story is about the AI industry: a small scored list of words and phrases.

For general feeds (:attr:`ingest.sources.Source.topic`). Each distinct term found adds its
weight, twice in the title; :data:`ENOUGH` decides. A strong term in the title is enough, or
two medium ones; a passing mention of AI in a long text is not.

Measured on titles with the first 60 words, as feeds carry them: 3 of 4,714 general news
stories of 2022 were kept, 97% of the 639 issues of a daily AI digest,
and 91% of 130 briefs on the industry; what is missed there are chip subsidies, power deals
and layoffs that don't mention AI.
"""

from __future__ import annotations

import re

ENOUGH = 3.0
_HEAD = 120  # words of the text that count: what a feed's summary and a story's lead hold

_TERMS: tuple[tuple[float, str], ...] = (
    # the field's own terms: hardly used of anything else
    (
        3.0,
        r"artificial[ -]intelligence|machine[ -]learning|deep[ -]learning|neural net(?:work)?s?"
        r"|(?:large )?language models?|LLMs?|foundation models?|frontier models?"
        r"|generative AI|gen ?AI|A\.I\.|AGI|superintelligen\w+|AI[ -](?:models?|agents?|chips?"
        r"|labs?|startups?|start-ups?|safety|companies|firms?|tools?|systems?|act|boom|bubble"
        r"|assistants?|research\w*|infrastructure|data cent\w+|industry|race|powered|generated"
        r"|driven|regulation|training)|text-to-(?:image|video)|diffusion models?|deepfakes?"
        r"|reinforcement learning|retrieval-augmented|fine-tuning|open[ -]weights?"
        r"|AI engineers?|vibe[ -]coding|mixture of experts|context window",
    ),
    # names that stand for nothing else
    (
        3.0,
        r"OpenAI|ChatGPT|GPT-?\d\w*(?:\.\d)?|Anthropic|DeepMind|DeepSeek|Hugging ?Face|Midjourney"
        r"|Stable Diffusion|Stability AI|Mistral AI|xAI|Inflection AI|Character\.?AI|Perplexity"
        r"|LangChain|PyTorch|Copilot|Llama ?\d(?:\.\d)?|Gemini ?\d(?:\.\d)?|Claude ?\d(?:\.\d)?"
        r"|Claude Code|Qwen\w*|Grok|Groq|Cerebras|CoreWeave|Scale AI|Sam Altman|Dario Amodei"
        r"|Geoffrey Hinton|Yann LeCun|Andrej Karpathy|Ilya Sutskever|Demis Hassabis|Jensen Huang"
        r"|DALL-?E ?\d?|Codex|SWE-bench|MMLU|Kimi K\d|MiniMax|Moonshot AI|Runway ML|ElevenLabs",
    ),
    # AI as a word of its own, and what is mostly said of it
    (2.0, r"AI|chatbots?|Nvidia|GPUs?|TPUs?|benchmarks?|open[ -]source models?|HBM"),
    # company of the above; never enough by itself
    (
        1.0,
        r"Claude|Gemini|Llama|Mistral|Cohere|TSMC|semiconductors?|chipmakers?|chips?"
        r"|data cent(?:er|re)s?|robots?|robotics|robotaxis?|humanoids?|self-driving|algorithms?"
        r"|automation|autonomous|supercomput\w+|facial recognition|inference|agents?|tokens?"
        r"|parameters|reasoning|hyperscalers?|Microsoft|Google|Alphabet|Meta|Amazon|Apple",
    ),
)
_FOUND = tuple((weight, re.compile(rf"(?<![\w.])(?:{terms})(?![\w])")) for weight, terms in _TERMS)
_FOLDED = re.compile(
    r"(?<!\w)(?:artificial intelligence|machine learning|generative ai|chatbots?)(?!\w)",
    re.IGNORECASE,
)


def score(title: str, text: str = "") -> float:
    """How much a story is about the AI industry: 0 upwards, :data:`ENOUGH` is enough."""
    head = " ".join(text.split()[:_HEAD])
    title = " ".join(title.split())
    points = 0.0
    weak = 0.0
    for weight, pattern in _FOUND:
        in_title = {m.casefold().rstrip("s") for m in pattern.findall(title)}
        in_text = {m.casefold().rstrip("s") for m in pattern.findall(head)} - in_title
        gained = weight * (2 * len(in_title) + len(in_text))
        if weight == 1.0:
            weak = min(gained, 2.0)
        else:
            points += gained
    if not points and _FOLDED.search(f"{title} {head}"):
        points = 3.0
    return points + weak if points else weak / 2


def on_topic(title: str, text: str = "") -> bool:
    """Whether a story is about the AI industry.

    :param text: its summary, or its text, of which the beginning is read
    """
    return score(title, text) >= ENOUGH
