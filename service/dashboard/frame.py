"""What stands around every page: language, title, navigation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request

from service.access import ANONYMOUS, VISITOR, Action, Principal
from service.guard import SAFE_METHODS, is_closed
from service.messages import LANGUAGES, Catalogue, Language, Translate, catalogue

COOKIE = "duijie_language"
PARAMETER = "lang"
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
SECTIONS = {
    "pairings": ("/", Action.READ),
    "clusters": ("/clusters", Action.READ),
    "meetings": ("/meetings", Action.READ),
    "events": ("/events", Action.READ_EVENTS),
    "runs": ("/runs", Action.READ_REPORTS),
    "round_tables": ("/round-tables", Action.READ),
    "gaps": ("/gaps", Action.READ),
    "drafts": ("/drafts", Action.READ_DRAFTS),
    "proposals": ("/proposals", Action.WRITE_CLUSTERS),
    "lexicon": ("/lexicon", Action.WRITE_LEXICON),
    "blend": ("/blend", Action.WRITE_BLENDS),
    "import": ("/import", Action.WRITE_STATEMENTS),
    "accounts": ("/accounts", Action.MANAGE_ACCOUNTS),
    "keys": ("/keys", Action.MANAGE_ACCOUNTS),
    "audit": ("/audit", Action.READ_AUDIT),
    "erasures": ("/erasures", Action.ERASE),
}
SIGN_IN = "/sign-in"
OWN_ACCOUNT = "/account"


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever has signed in; a key has no account of its own."""

    name: str
    role: str
    cluster: Link | None
    account: Link | None


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
    person: Person | None
    sign_in: Link | None
    """None for who has signed in, and where nobody knows."""

    @property
    def t(self) -> Translate:
        return self.catalogue.translate


def make_frame(request: Request, title: str, section: str = "") -> Frame:
    """``section`` is the part of the site that the page belongs to, if any."""
    c = language_of(request)
    who: Principal | None = getattr(request.state, "principal", None)
    other: Language = "en" if c.language == "zh" else "zh"
    target = request.url.include_query_params(**{PARAMETER: other})
    return Frame(
        catalogue=c,
        title=title,
        tag=TAGS[c.language],
        nav=[
            Link(c.translate(f"nav.{key}"), href, key == section)
            for key, (href, action) in SECTIONS.items()
            if may_open(request, who or ANONYMOUS, action)
        ],
        switch=Link(c.translate("app.other_language"), f"{target.path}?{target.query}"),
        switch_tag=TAGS[other],
        person=person_of(c, who, section) if who and who.role is not VISITOR else None,
        sign_in=Link(c.translate("nav.sign_in"), sign_in_href(request))
        if who and who.role is VISITOR and request.url.path != SIGN_IN
        else None,
    )


def may_open(request: Request, who: Principal, action: Action) -> bool:
    return who.reach(action) is not None and not is_closed(request, who, action)


def person_of(c: Catalogue, who: Principal, section: str) -> Person:
    cluster = Link(c.pick(who.cluster_zh, who.cluster_en), f"/clusters/{who.cluster}")
    account = Link(c.translate("nav.account"), OWN_ACCOUNT, section == "account")
    return Person(
        name=who.display_name or who.actor,
        role=c.translate(f"role.{who.role}"),
        cluster=cluster if who.cluster else None,
        account=account if who.account_id is not None else None,
    )


def sign_in_href(request: Request) -> str:
    """Leads back to this page, if it is one that can be opened again."""
    url = request.url
    here = url.path + (f"?{url.query}" if url.query else "")
    again = request.method in SAFE_METHODS and here != "/"
    return SIGN_IN + (f"?next={quote(here, safe='/')}" if again else "")


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
