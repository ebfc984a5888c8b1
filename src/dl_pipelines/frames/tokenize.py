"""Plain text into sentences of words.

English is cut as Universal Dependencies does it (https://universaldependencies.org/en/): signs
stand alone, clitics come off (do n't, can not, she 's), compounds part at their hyphens; what
belongs together stays whole: addresses, numbers, dates, abbreviations, emoticons, runs of one sign.
Of other languages only text whose words are separated by spaces is taken.
"""

import re
from collections.abc import Iterable, Iterator

_TITLES = "Capt|Col|Dr|Gen|Gov|Lt|Mr|Mrs|Ms|Prof|Rep|Rev|Sen|Sgt|St"
_SHORTENED = "Co|Corp|Inc|Jr|Ltd|No|Sr|etc|vs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"

# The first alternative that fits is a word. The lengths are bounded so that no text takes long.
_WORD = re.compile(
    rf"""
      https?://[^\s<>"]*[\w/] | www\.[^\s<>"]*[\w/]
    | [\w.+-]{{1,64}}@[\w-]{{1,64}}(?:\.[\w-]{{1,64}}){{1,8}}
    | (?:[\w-]{{1,63}}\.){{1,8}}(?:com|edu|gov|net|org|co\.uk)\b
    | (?<![\w)])[:;=]'?-?[()DPp/|](?![\w/])           # :-)
    | ([.!?*=~_<>$\#+-])\1+ | [!?]+                   # ..., --, ?!
    | (?:\d{{3}}-)?\d{{3}}-\d{{4}}\b                  # of a telephone
    | \d+(?:[.,:/]\d+)+ | \d+(?=[ap]m\b)              # 1,200.50, 10/26/2000, 10 am
    | (?:[^\W\d_]\.){{2,}} | [A-Z]\.(?=\s+[A-Z][a-z]) # U.S., J. Smith
    | (?:{_TITLES}|{_SHORTENED})\.
    | (?i:can(?=not\b) | gon(?=na\b) | got(?=ta\b) | wan(?=na\b))
    | (?i:[^\W\d_]+?(?=n['\u2019]t\b) | n['\u2019]t\b | ['\u2019](?:s|re|ve|ll|d|m)\b)
    | (?i:(?:anti|co|e|ex|inter|mid|multi|non|pre|re|semi|un)-[^\W\d_]+)
    | \w+(?:\.[a-z\d]\w*)+ | \w+(?:&\w+)+             # notes.txt, AT&T
    | (?i:[od]['\u2019]\w+)                           # O'Neil, o'clock
    | \w+ | \S
    """,
    re.VERBOSE,
)
_END = re.compile(r"[.!?…]+")
_CLOSING = frozenset("\"'\u201d\u2019)]")


def english_sentences(lines: Iterable[str]) -> list[list[str]]:
    """Cut English text into sentences, and these into words.

    A sentence ends with its line, or after `.`, `!`, `?` or an ellipsis, where a space and no small
    letter follow. Text whose words are separated by spaces already keeps nearly all of them.

    Args:
        lines: Lines of text.

    Returns:
        The words of each sentence; no sentence is empty.
    """
    return [sentence for line in lines for sentence in _sentences(line)]


def spaced_sentences(lines: Iterable[str]) -> list[list[str]]:
    """Take lines as sentences whose words are separated by spaces, in any language.

    Args:
        lines: Lines of text. Of a language without spaces, such as Chinese, put spaces between the
            words first: without them a line would be a single word.

    Returns:
        The words of each sentence; no sentence is empty.
    """
    return [words for line in lines if (words := line.split())]


def _sentences(line: str) -> Iterator[list[str]]:
    sentence: list[str] = []
    ended = False
    before = 0  # where the last word has ended
    for match in _WORD.finditer(line):
        apart = match.start() > before
        if ended and apart and not match[0][0].islower():
            yield sentence
            sentence, ended = [], False
        sentence.append(match[0])
        closes = ended and not apart and match[0] in _CLOSING
        ended = closes or bool(_END.fullmatch(match[0]))
        before = match.end()
    if sentence:
        yield sentence
