"""Words that are not shown, or no longer there, leave blanks of the same length."""

from collections.abc import Iterable

BLANK = "▒"


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """``text`` with blanks over ``spans``; every other character stays where it is.

    Line ends stay, so that the text keeps its form.

    >>> blanked("甲说缺面料。", [(2, 5)])
    '甲说▒▒▒。'
    """
    characters = list(text)
    for start, end in spans:
        for place in range(max(start, 0), min(end, len(characters))):
            if characters[place] != "\n":
                characters[place] = BLANK
    return "".join(characters)
