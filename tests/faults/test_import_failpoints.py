"""An import changes all that it says or nothing, wherever it breaks."""

from service.db import Sessions, make_engine
from service.exchange import usecases
from service.exchange.plans import Doing
from service.exchange.usecases import ANY_PLAN
from service.messages import catalogue
from tests.conftest import Databases, shipped
from tests.exchange.tables import xlsx_of
from tests.faults.test_failpoints import counts, seen_meanwhile, verify_nothing_is_left
from tests.support.clock import NOW
from tests.support.people import TESTER

PLACES = (
    ("名称", "英文名", "省份", "主要产品"),
    ("新镇", "New Town", "浙江", "袜子；毛衣"),
    ("柯桥", "", "", "化纤面料；家纺"),
)
SAID = (
    ("集群", "类别", "主题", "要点", "会议", "日期", "状态"),
    ("大连", "短板", "面料", "面料企业", "2017年虎门圆桌会议", "2017年11月", "已确认"),
    ("柯桥", "strength", "fabric", "化纤面料", "1", "2017/11/18", "草稿"),
)
SHEETS = usecases.read_file(xlsx_of({"集群": PLACES, "陈述": SAID}))


def bring_in(sessions: Sessions) -> list[Doing]:
    with sessions.write() as session:
        outcome = usecases.apply(
            session,
            TESTER,
            SHEETS,
            catalogue("zh"),
            expected=ANY_PLAN,
            now=NOW,
            time_zone="Asia/Shanghai",
        )
        return [row.doing for row in outcome.plan.rows]


def test_an_import_that_breaks_at_any_statement_leaves_nothing(databases: Databases) -> None:
    """Nor does anybody see a part of it meanwhile."""
    url = databases.fresh("seeded", shipped())
    seen, total = seen_meanwhile(databases.fresh("seeded", shipped()), bring_in)
    assert len(seen) == 1
    verify_nothing_is_left(url, bring_in, range(1, total + 1))
    engine = make_engine(url)
    assert bring_in(Sessions(engine)) == [Doing.NEW, Doing.CHANGED, Doing.NEW, Doing.NEW]
    assert counts(engine) > next(iter(seen))
    engine.dispose()
    print(f"broken at each of {total} statements")  # noqa: T201 - the figure
