import pytest
from fastapi.testclient import TestClient

from tests.dashboard.reading import read_page


def language(client: TestClient, path: str = "/meetings", **headers: str) -> str:
    return read_page(client.get(path, headers=headers).text).one("html").attributes["lang"]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en;q=0.4,zh;q=0.5", "zh-CN"),
        ("fr,en;q=0.2", "en"),
        ("fr", "zh-CN"),
        ("en;q=x", "zh-CN"),
    ],
)
def test_the_first_visit_follows_the_browser(
    client: TestClient, accepted: str, expected: str
) -> None:
    assert language(client, **{"accept-language": accepted}) == expected


def test_the_switch_holds_for_later_pages_against_the_browser(client: TestClient) -> None:
    page = read_page(client.get("/clusters?kind=market", headers={"accept-language": "zh"}).text)
    switch = page.one("a", "language")
    assert switch.text == "English"
    assert switch.attributes["href"] == "/clusters?kind=market&lang=en"
    assert language(client, switch.attributes["href"], **{"accept-language": "zh"}) == "en"
    assert language(client, **{"accept-language": "zh"}) == "en"
    assert language(client, "/meetings?lang=zh") == "zh-CN"
    assert language(client, **{"accept-language": "en"}) == "zh-CN"


def test_an_unknown_language_changes_nothing(client: TestClient) -> None:
    response = client.get("/meetings?lang=tlh", headers={"accept-language": "en"})
    assert response.headers["content-language"] == "en"
    assert "set-cookie" not in response.headers
