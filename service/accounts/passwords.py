"""What makes a password good enough, and its slow hash."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Semaphore

from pwdlib.hashers.argon2 import Argon2Hasher

from service.errors import TooManyRequests, WeakPassword
from service.text import fold

SHORTEST, LONGEST = 12, 128
"""Characters."""
DISTINCT = 4
"""So many different characters a password has at least besides what everybody tries first."""
AT_ONCE = 2
"""Hashes of one process at a time: each takes 64 MiB and all the time of a core."""
WAITING = 4
"""Further ones that wait for their turn; beyond that the caller is asked to come again, so that
some of the server's threads are always left for everybody else."""
UNKNOWN = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5IGhhcyB0aGlzIQ$" + "A" * 43
"""Belongs to nobody: what is computed for a name that has no password."""

PRODUCT = ("duijie", "对接")
COMMON = (
    *("password", "passw0rd", "p@ssw0rd", "letmein", "welcome", "iloveyou", "admin", "root"),
    *("administrator", "guest", "login", "master", "monkey", "dragon", "sunshine", "princess"),
    *("football", "secret", "changeme", "default", "test", "user", "hello", "super", "abc123"),
    *("qwertyuiop", "qwerty", "qwert", "asdfghjkl", "asdfgh", "asdf", "zxcvbnm", "zxcvbn"),
    *("zxcv", "1qaz2wsx3edc", "1qaz2wsx", "1q2w3e4r5t", "1q2w3e4r", "1q2w3e", "qazwsxedc"),
    *("qazwsx", "q1w2e3r4", "qweasdzxc", "qweasd", "147258369", "147258", "159357", "741852"),
    *("abcdefghijkl", "abcdefgh", "abcdef", "abcd", "aabbcc", "a1b2c3d4", "a1b2c3"),
    *("0123456789", "1234567890", "123456789", "12345678", "1234567", "123456", "12345"),
    *("1234", "123", "9876543210", "987654321", "87654321", "654321", "4321", "112233"),
    *("123123", "321321", "520520", "5201314", "1314520", "1314521", "1314", "521", "520"),
    *("7758521", "5211314", "woaini", "woaiwojia", "woaizhongguo", "aini", "nihao", "wodemima"),
    *("mima", "mimamima", "denglu", "guanliyuan", "yonghu", "zhanghao", "xihuan", "baobei"),
    *("laopo", "laogong", "wangba", "caonima", "tianya", "taobao", "weixin", "alipay"),
    *("zhongguo", "beijing", "shanghai", "guangzhou", "shenzhen", "hangzhou", "fuzhuang"),
    *("fangzhi", "mianliao", "jiqun", "huiyi", "xiehui", "fangzhixiehui", "我爱你", "密码"),
    *("管理员", "中国", "纺织", "协会"),
)
"""What is tried first, longest match first; dates and repeated characters are found by rule."""
DATES = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])?(?:[0-2]\d|3[01])?"


def require_good(password: str, name: str) -> None:
    """Refuse a password that is too short or too long, or made up of what is tried first.

    There are no rules of composition. Long passwords may hold any word; what counts is what is
    left beside common words, dates and the account's own name.

    Raises
    ------
    WeakPassword
    """
    length = len(normal(password))
    if not SHORTEST <= length <= LONGEST:
        raise WeakPassword("password-length", shortest=SHORTEST, longest=LONGEST)
    if len(set(beside_the_obvious(password, name))) < DISTINCT:
        raise WeakPassword("password-obvious")


def beside_the_obvious(password: str, name: str) -> str:
    """What is left without common words, dates, the product's and the account's name.

    >>> beside_the_obvious("Woaini-5201314!!", "zhang"), beside_the_obvious("zhang2026", "Zhang")
    ('-!!', '')
    """
    words = sorted({*COMMON, *PRODUCT, fold(name)} - {""}, key=len, reverse=True)
    obvious = "|".join([*map(re.escape, words), DATES])
    return re.sub(obvious, "", fold(password))


def normal(password: str) -> str:
    """One form for what keyboards compose in several."""
    return unicodedata.normalize("NFC", password)


@dataclass(slots=True, eq=False)
class Passwords:
    """Hashes passwords, at most ``AT_ONCE`` at a time.

    The cost is argon2's own default and no setting. Another hasher is handed in by tests only.
    """

    hasher: Argon2Hasher = field(default_factory=Argon2Hasher)
    _turns: Semaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))
    _queue: Semaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE + WAITING))

    def hash(self, password: str) -> str:
        """TooManyRequests if too many wait already."""
        with self._turn():
            return self.hasher.hash(_bytes(password))

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether ``stored`` is the hash of ``password``; as slow for None as for any other."""
        with self._turn():
            same = self.hasher.verify(_bytes(password[: LONGEST * 4]), stored or UNKNOWN)
        return same and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether it was made at another cost than today's."""
        return self.hasher.check_needs_rehash(stored)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._queue.acquire(blocking=False):
            raise TooManyRequests("too-many-sign-ins", seconds=2)
        try:
            with self._turns:
                yield
        finally:
            self._queue.release()


def _bytes(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")
