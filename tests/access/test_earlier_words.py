"""What a statement once said in a narrower circle stays there when it is opened to a wider one."""

import pytest

from tests.access.cast import Cast
from tests.access.principals import OTHER_CLUSTER, OWN_CLUSTER

WORD = "zqxearlier"


@pytest.fixture
def acted(stage: Cast) -> Cast:
    """What is written stays."""
    stage.perform(stage.runtime)
    return stage


def opened(cast: Cast) -> str:
    """Written down for organisers with a name in it, which is taken out before others read it."""
    id_ = cast.statement(OWN_CLUSTER, visibility="organisers", speaker=WORD, phrase=WORD)
    return reworded(cast, id_, visibility="members")


def moved(cast: Cast) -> str:
    """A draft of another cluster that turns out to be ours."""
    id_ = cast.statement(OTHER_CLUSTER, confirmed=False, speaker=WORD, phrase=WORD)
    return reworded(cast, id_, cluster=OWN_CLUSTER)


def reworded(cast: Cast, id_: int, **fields: str) -> str:
    url = f"/api/v1/statements/{id_}"
    cast.write("PATCH", url, json={"speaker": None, "phrase": "面料"})
    cast.write("PATCH", url, json=fields)
    return url


@pytest.mark.parametrize("story", [opened, moved])
def test_the_history_begins_for_a_reader_where_its_circle_does(acted: Cast, story: object) -> None:
    url = story(acted)  # type: ignore[operator]
    own, all_ = (acted.client(who).get(f"{url}/history") for who in ("own", "organiser"))
    assert WORD in all_.text
    assert WORD not in own.text
    assert [step["version"] for step in own.json()] == [step["version"] for step in all_.json()]
    assert own.json()[-1]["after"] == all_.json()[-1]["after"]
    assert own.json()[0]["after"] is None


@pytest.mark.parametrize("story", [opened, moved])
def test_who_claims_an_old_version_is_not_shown_it(acted: Cast, story: object) -> None:
    url = story(acted)  # type: ignore[operator]
    asked = {"json": {"weight": 1}, "headers": {"If-Match": '"1"'}}
    own, organiser = (acted.client(who).patch(url, **asked) for who in ("own", "organiser"))  # type: ignore[arg-type]
    assert (own.status_code, organiser.status_code) == (412, 412)
    assert own.json()["known"] is None
    assert WORD not in own.text
    assert organiser.json()["known"]["speaker"] == WORD
