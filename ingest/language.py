"""Which language a text is in, by its most frequent words or its script; coarse and fast."""

from __future__ import annotations

import re
from collections import Counter

_COMMON = {
    "en": "the and of to in that is for with on was as it by at from are be this have",
    "de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch",
    "fr": "le la les des et en du une est que qui dans pour pas sur au par plus ce avec",
    "es": "el la los las de que y en un una por con para se del no es al lo como",
    "it": "il di che la e un per in una non del sono con della le si da gli è nel",
    "pt": "o a os as de que e do da em um uma para com não por no na se mais",
    "nl": "de het een van en in is dat op te zijn met voor niet aan er om ook als bij",
    "sv": "och att det som en på är av för med till den har inte om ett men var jag från",
    "da": "og at det som en på er af for med til den har ikke om et men var de fra",
    "pl": "w i na z do się nie że jest to o jak po od za przez dla ale co są",
    "tr": "ve bir bu da de için ile olarak daha çok gibi olan kadar sonra en ne o ama var",
    "cs": "a v se na je že s z do o to i ve pro za by ale jako po jsou",
}
_WORDS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_TOKEN = re.compile(r"[^\W\d_]+")


def detect(text: str) -> str | None:
    """ISO 639-1 code of the text's language, or None where it can't be told.

    Looks at the first 4,000 characters. Cyrillic is called Russian unless it has letters
    that Russian lacks.
    """
    head = text[:4000]
    letters = sum(char.isalpha() for char in head)
    if letters < 20:
        return None
    for code, script in _SCRIPTS:
        # Japanese mixes kana with Chinese characters: a tenth of kana decides.
        if len(script.findall(head)) > letters * (0.1 if code == "ja" else 0.3):
            return "uk" if code == "ru" and re.search("[іїєґ]", head) else code
    words = Counter(_TOKEN.findall(head.lower()))
    total = sum(words.values())
    scores = {code: sum(words[word] for word in common) for code, common in _WORDS.items()}
    best, second = sorted(scores, key=lambda code: -scores[code])[:2]
    if scores[best] < max(3, 0.08 * total) or scores[best] < 1.15 * scores[second]:
        return None
    return best
