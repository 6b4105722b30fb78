"""Text that speaks to the model instead of to the reader: found, disarmed, kept out.

Three defences, none of which is trusted alone. What a prompt quotes can't leave its fence
or imitate a chat template (:func:`quoted`). Paragraphs that give orders to a model are not
shown to it and never count as evidence (:func:`orders`). What the model writes is stripped
to plain words (:func:`rag.reply.safe`) and verified sentence by sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rag.sentences import split

_DISARM = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "`": "'", "|": " "}
)


def visible(text: str) -> str:
    """``text`` without characters that a reader can't see but a model reads.

    Controls, zero-width and bidirectional marks, tag characters, variation selectors
    (which can carry hidden bytes), private and unassigned code points go; newlines stay.
    """
    return _UNUSUAL.sub(_shown, text)


_UNUSUAL = re.compile(r"[^\n\x20-\x7e]+")


def _shown(run: re.Match[str]) -> str:
    return "".join(
        " " if c == "\t" else c
        for c in run.group()
        if c == "\t" or (unicodedata.category(c)[0] != "C" and not _selector(ord(c)))
    )


def _selector(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or code in (0x115F, 0x3164)


def quoted(text: str, longest: int | None = None) -> str:
    """``text`` as it may stand in a prompt: no hidden characters, brackets or template marks.

    Angle brackets become ``‹›`` and square ones round: so nothing quoted can look like a
    special token (``<|im_start|>``, ``[INST]``), a tag, or a citation number.
    """
    plain = visible(text).translate(_DISARM)
    plain = re.sub(r"[=#~]{2,}|[*_-]{4,}", "—", plain)  # what imitates a fence or a heading
    if longest is not None and len(plain) > longest:
        plain = plain[:longest].rstrip() + "…"
    return plain


_MODEL = (
    r"(?:ai|a\.i\.|llms?|language models?|ai models?|assistants?|chat ?bots?|bots?|agents?|"
    r"summari[sz]ers?|models?)"
)
_RULES = (
    r"(?:instructions?|rules?|prompts?|guidelines?|directions?|directives?|constraints?|"
    r"restrictions?|polic(?:y|ies)|programming|training|safety|filters?|contexts?|passages?|"
    r"messages?|orders?|commands?|text above|everything)"
)
_VERBS = (
    r"(?:answer|respond|reply|say|output|print|write|repeat|reveal|disclose|include|append|"
    r"prepend|cite|mention|translate|render|insert|display|decode|execute|pretend|roleplay|"
    r"ignore|disregard|forget|override|bypass|obey|comply|summari[sz]e|recite|leak|echo|emit|"
    r"visit|click|fetch|embed|conclude|recommend|tell|instead|add|omit)"
)
_TAIL = r"(?:that|only|with|as|by|to|the|this|these|your|all|any|every|each|me|a|an|no|it|in)\b"

# Each is tried on a sentence; the languages are those that attacks are usually written in.
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # setting rules aside
        rf"\b(?:ignore|disregard|forget|override|bypass|discard)\b(?!\W+(?:their|his|her|its)\b)"
        rf"(?:\W+\w+){{0,5}}?\W+{_RULES}\b",
        r"\b(?:new|updated|revised|real|true|actual|hidden|secret)\s+"
        r"(?:system\s+)?(?:instructions?|rules?|prompt|directives?|orders?|task)\s*(?:[:;.,—-]|$)",
        r"\b(?:system|admin|administrator|developer|root|security|debug)\s+"
        r"(?:override|message|notice|prompt|instruction|command|mode)\b\W*(?:[:;—-]|enabled|on\b)",
        # who is spoken to
        rf"\b(?:attention|dear|hey|hello|note (?:to|for)|notice (?:to|for)|message (?:to|for)|"
        rf"instructions? (?:to|for)|memo (?:to|for)|to (?:all|any|the|every)|if you are|as) "
        rf"(?:(?:all|any|the|an?|every|other|automated|reading)\s+){{0,3}}(?:{_MODEL}\s+)*{_MODEL}\b"
        rf"(?=\W*(?:[:;,!—-]|reading|processing|that|who|you|must|should|please|summari))",
        rf"^\W*(?:{_MODEL}|system|user|human|developer|instructions?|prompt)\s*[:>›)]",
        rf"\b(?:any|every|all) {_MODEL} (?:reading|processing|that|who|must|should)\b",
        # what it is to do
        rf"^\W*(?:please\s+|now\s+|then\s+|instead,?\s+|just\s+|also,?\s+|and\s+|always\s+|"
        rf"never\s+|do not\s+|don't\s+|you\s+)*{_VERBS}\s+(?:(?:me|us|only|just|it|them|out|"
        rf"readers?|users?|people)\s+)*{_TAIL}",
        r"^\W*(?:please\s+|now\s+|just\s+)*(?:say|write|print|reply|respond|repeat|echo)\s+\S+\W*$",
        r"^\W*(?:please\s+|now\s+)*(?:answer|respond|reply|say|output|print|repeat|begin|start|end)"
        r"\s*(?:[:\"“'‘]|\w+\s+(?:with|only|and nothing)|in\s+\w+|your|every|each)",
        rf"\byou (?:are|must|should|will|shall|have to|need to|may|can) (?:\w+ ){{0,3}}"
        rf"(?:{_VERBS}|{_MODEL}|unrestricted|unbound|jailbroken|dan)\b",
        r"\byou(?:'re| are) (?:now|no longer|not)\b",
        r"\b(?:act|behave|respond|answer|pretend|speak|play) (?:as|like) "
        r"(?:an?|if|though|the|my|dan)\b",
        r"\byour (?:system prompt|hidden prompt|initial prompt|prompt|rules|api[ _-]?key|"
        r"(?:own |previous |prior |original )?instructions|secret key|"
        r"(?:next |final |entire )?(?:reply|output))\b"
        r"|\bthe (?:system prompt|prompt above|instructions above|rules above)\b",
        r"\b(?:in|to|of|end|begin|start) your (?:answer|reply|response|output|summary)\b",
        r"\b(?:regardless of|no matter what|whatever) (?:the |is |you are )?"
        r"(?:question|asked|user|reader)",
        r"\b(?:correct|only|right|required|official|approved|expected) (?:answer|response|reply)"
        r"(?: to (?:any|every|all|this|the)\b| is\b|:)",
        r"\b(?:when|if|whenever) (?:you are |you're |someone )?(?:asked|asks|answering|"
        r"summari[sz]ing|responding|quoting)\b.*\b(?:answer|say|reply|respond|tell|state|claim|"
        r"add|include|mention|cite)\b",
        r"\b(?:cite|citation|mark|attribute)\b.{0,40}(?:\(\d+\)|\[\d+\]|passage \d+|source \d+)",
        r"\b(?:no_answer|do anything now|developer mode|jailbreak mode|end of (?:passages?|"
        r"articles?|sources?|context|document|data)|begin (?:system|instructions?))\b",
        r"<\|?\s*/?\s*(?:im_start|im_end|system|assistant|user|endoftext|eot|start_header)"
        r"|\[/?INST\]|<<SYS>>|<start_of_turn>|#{2,}\s*(?:system|instruction|response|assistant)",
        # other languages: set the rules aside, or answer thus
        r"\b(?:ignora|ignore[zr]?|oublie[zr]?|olvida|ignoriere?n?|vergiss|vergesst|esque[cç]a|"
        r"dimentica|negeer|zignoruj|yoksay)\b.{0,60}\b(?:instruc\w+|instruktion\w*|anweisung\w*|"
        r"consignes?|regeln?|r[eè]gles?|reglas?|istruzion\w*|regras?|regole|instructies?|"
        r"instrukcj\w*|talimat\w*)",
        r"\b(?:r[ée]ponds|r[ée]pondez|responde|antworte|antworten sie|rispondi|responda)\b"
        r".{0,30}\b(?:seulement|uniquement|solo|s[óo]lo|nur|apenas|solamente|soltanto|con|avec|mit|"
        r"com)\b",
        r"(?:忽略|无视|忽視|無視).{0,20}(?:指令|指示|规则|規則|提示)|(?:игнорируй|забудь).{0,60}"
        r"(?:инструкци|правил|указани)|(?:指示|命令|ルール).{0,12}(?:無視|忘れ)|"
        r"(?:이전|모든).{0,20}(?:지시|명령).{0,12}(?:무시|잊)|تجاهل.{0,40}(?:تعليمات|التعليمات)|"
        r"(?:निर्देश\S*).{0,30}(?:अनदेखा|भूल)|(?:只|仅)?(?:回答|回复|输出)[:：“\"]",
    )
)


# Those tied to where a sentence begins or ends, and those that a longer text has too where one of
# its sentences has them.
_TIED = tuple(pattern for pattern in _ORDERS if re.search(r"\^|\$", pattern.pattern))
_FREE = tuple(pattern for pattern in _ORDERS if pattern not in _TIED)


def is_order(sentence: str) -> bool:
    """Whether a sentence speaks to a model: sets rules aside, assigns a role, dictates words.

    It may take an imperative in an article for one. That costs little: such a sentence
    states no fact, so no answer needs it.
    """
    return _found(sentence, _ORDERS)


def _found(text: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    seen = _seen(text)
    return any(pattern.search(seen) for pattern in patterns)


def _seen(text: str) -> str:
    """``text`` on one line as a model reads it."""
    return " ".join(unicodedata.normalize("NFKC", visible(text)).split())


def orders(text: str) -> list[tuple[int, int]]:
    """Offsets of the paragraphs of ``text`` in which a sentence is an order.

    The whole paragraph, because the words that the order dictates stand beside it.
    """
    whole = _seen(text)
    patterns = (*_TIED, *(pattern for pattern in _FREE if pattern.search(whole)))
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        listed = [*(s.text for s in split(line, headings=True)), line[:400]]
        if any(_found(each, patterns) for each in listed):
            found.append((at, at + len(line)))
        at += len(line)
    return found


def without_orders(text: str) -> str:
    """``text`` with the paragraphs of :func:`orders` cut out."""
    kept, at = [], 0
    for start, end in orders(text):
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]]).strip()


def touches_order(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` lies in or over a paragraph with an order."""
    return any(left < end and start < right for left, right in orders(text))
