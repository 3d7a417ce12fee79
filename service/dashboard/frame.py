"""What stands around every page: language, title, navigation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from service.messages import LANGUAGES, Catalogue, Language, Translate, catalogue

COOKIE = "duijie_language"
PARAMETER = "lang"
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
SECTIONS = {
    "pairings": "/",
    "clusters": "/clusters",
    "meetings": "/meetings",
    "events": "/events",
}


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    catalogue: Catalogue
    title: str
    tag: str
    """BCP 47, for ``lang``."""
    nav: Sequence[Link]
    switch: Link
    """The same page in the other language; ``switch_tag`` is that language."""
    switch_tag: str

    @property
    def t(self) -> Translate:
        return self.catalogue.translate


def make_frame(request: Request, title: str, section: str = "") -> Frame:
    """``section`` is the part of the site that the page belongs to, if any."""
    c = language_of(request)
    other: Language = "en" if c.language == "zh" else "zh"
    target = request.url.include_query_params(**{PARAMETER: other})
    return Frame(
        catalogue=c,
        title=title,
        tag=TAGS[c.language],
        nav=[
            Link(c.translate(f"nav.{key}"), href, key == section) for key, href in SECTIONS.items()
        ],
        switch=Link(c.translate("app.other_language"), f"{target.path}?{target.query}"),
        switch_tag=TAGS[other],
    )


def language_of(request: Request) -> Catalogue:
    """The language asked for, else the one kept in the cookie, else the browser's, else Chinese."""
    return catalogue(chosen(request) or _known(request.cookies.get(COOKIE)) or _accepted(request))


Reader = Annotated[Catalogue, Depends(language_of)]


def chosen(request: Request) -> Language | None:
    return _known(request.query_params.get(PARAMETER))


def _known(language: str | None) -> Language | None:
    return next((known for known in LANGUAGES if known == language), None)


def _accepted(request: Request) -> Language:
    """The first of our languages by the weights of ``Accept-Language``; Chinese on a tie."""
    weights = dict.fromkeys(LANGUAGES, 0.0)
    for entry in request.headers.get("accept-language", "").split(","):
        tag, _, quality = entry.strip().partition(";q=")
        language = _known(tag.split("-")[0].lower())
        if language:
            weights[language] = max(weights[language], _quality(quality))
    return max(LANGUAGES, key=lambda language: weights[language])


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
