from hypothesis import given
from hypothesis import strategies as st

from service.dashboard.figures import apportion

shares = st.lists(st.floats(0, 1, allow_nan=False), min_size=1, max_size=30)


@given(shares)
def test_printed_parts_sum_to_the_printed_total(parts: list[float]) -> None:
    total = sum(parts)
    assert sum(apportion(parts, total)) == round(total * 1000)


@given(shares)
def test_no_part_is_off_by_a_whole_unit(parts: list[float]) -> None:
    units = apportion(parts, sum(parts))
    assert all(abs(u - 1000 * part) < 1 + 1e-6 for u, part in zip(units, parts, strict=True))
