"""An admin takes words back in the browser: looked at first, then done, once."""

from sqlalchemy import select

from models import Statement
from models.enums import Role
from tests.dashboard.desk import Browser, Desk


def spoken(desk: Desk) -> Statement:
    quoted = select(Statement).where(
        Statement.quote.is_not(None), Statement.cluster_id.is_not(None)
    )
    with desk.app.state.sessions.read() as session:
        found: Statement = session.scalars(quoted.order_by(Statement.id)).first()
        return found


def there(desk: Desk, number: int) -> bool:
    with desk.app.state.sessions.read() as session:
        return session.get(Statement, number) is not None


def test_a_rehearsal_shows_what_would_go_and_changes_nothing(desk: Desk, admin: Browser) -> None:
    said = spoken(desk)
    page = admin.sent("/erasures", {"statements": f"{said.id}，"})
    assert "将被抹除" in page.text
    assert str(said.id) in page.one("dl", "facts").text
    assert str(said.quote) not in page.raw
    assert there(desk, said.id)


def test_what_was_agreed_to_goes_once(desk: Desk, admin: Browser) -> None:
    said = spoken(desk)
    asked = {"statements": str(said.id)}
    hidden = {
        box.attributes["name"]: box.attributes["value"]
        for box in admin.sent("/erasures", asked).all("input", type="hidden")
    }
    unsure = admin.sent("/erasures", hidden, status=422)
    assert "请勾选确认" in unsure.text
    assert there(desk, said.id)
    done = admin.sent("/erasures", {**hidden, "sure": "1"})
    assert "已抹除。排名" in done.one("p", "note").text
    assert not there(desk, said.id)
    again = admin.sent("/erasures", {**hidden, "sure": "1"})
    assert "刚才已提交过" in again.one("p", "note").text
    assert admin.page("/audit").text.count("抹除陈述") >= 1


def test_what_is_wrong_is_said_at_its_field(admin: Browser) -> None:
    for typed, said in (
        ({}, "请指明要抹除"),
        ({"speaker": "查无此人"}, "查无此人"),
        ({"statements": "一号"}, "陈述编号"),
        ({"speaker": "某", "meeting": "9" * 30}, "会议编号"),
    ):
        page = admin.sent("/erasures", typed, status=422)
        assert said in page.one("div", "alert").text


def test_only_an_admin_finds_the_way_there(desk: Desk, admin: Browser) -> None:
    assert "抹除原话" in admin.page("/").one("nav").text
    organiser = desk.person("organiser", Role.ORGANISER)
    assert "抹除原话" not in organiser.page("/").one("nav").text
    assert organiser.get("/erasures").status_code == 403
