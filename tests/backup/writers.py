"""People who go on writing while something is copied, and remember what was acknowledged."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, insert

from models import FacetValue, SeedLoad
from service.db import Sessions
from tests.support.clock import NOW


@dataclass
class Writers:
    """Each transaction writes one row in each of two tables, under the same name."""

    engine: Engine
    acknowledged: list[str] = field(default_factory=list)
    """Names whose commit has returned."""
    grown: threading.Condition = field(default_factory=threading.Condition)
    stopped: threading.Event = field(default_factory=threading.Event)
    failures: list[BaseException] = field(default_factory=list)

    def work(self, who: int) -> None:
        sessions, number = Sessions(self.engine), 0
        try:
            while not self.stopped.is_set():
                number += 1
                name = f"writer-{who}-{number}"
                with sessions.write() as session:
                    facet = {"facet": "material", "value": name, "names": []}
                    session.execute(
                        insert(FacetValue), [facet | {"label_zh": "-", "label_en": "-"}]
                    )
                    seed = {"part": name, "digest": "-", "loaded_at": NOW}
                    session.execute(insert(SeedLoad), [seed])
                with self.grown:
                    self.acknowledged.append(name)
                    self.grown.notify_all()
        except BaseException as error:  # noqa: BLE001 - shown by the test that waits
            self.failures.append(error)
            with self.grown:
                self.grown.notify_all()

    def so_far(self) -> list[str]:
        with self.grown:
            return list(self.acknowledged)

    def wait_for_more(self) -> None:
        """Until somebody's commit that came after this call was acknowledged."""
        with self.grown:
            enough = len(self.acknowledged) + 1
            self.grown.wait_for(lambda: self.failures or len(self.acknowledged) >= enough, 60)
            assert not self.failures


@contextmanager
def writers(engine: Engine, count: int = 2) -> Iterator[Writers]:
    crowd = Writers(engine)
    threads = [threading.Thread(target=crowd.work, args=(who,)) for who in range(count)]
    for thread in threads:
        thread.start()
    try:
        crowd.wait_for_more()
        yield crowd
    finally:
        crowd.stopped.set()
        for thread in threads:
            thread.join()
    assert not crowd.failures
