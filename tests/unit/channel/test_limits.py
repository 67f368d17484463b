"""Counting how often something is done: each key in its own window, and no memory of what is over."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channel.limits import Limit


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_so_many_may_then_one_waits_until_the_window_ends():
    clock = Clock()
    limit = Limit(2, 60, clock)
    assert [limit.wait("a"), limit.wait("a"), limit.wait("a")] == [0, 0, 60]
    clock.now += 59.5
    assert limit.wait("a") == 0.5 and limit.wait("b") == 0
    clock.now += 0.5
    assert limit.wait("a") == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 5))))
def test_in_no_window_are_there_more_than_allowed_and_what_is_over_is_forgotten(asked):
    clock, allowed = Clock(), {}
    limit = Limit(2, 10, clock)
    for key, pause in asked:
        clock.now += pause
        wait = limit.wait(key)
        begun = [at for at in allowed.get(key, ()) if at[0] + 10 > clock.now] or [(clock.now, 0)]
        at, count = begun[-1]
        assert (wait == 0) is (count < 2) and 0 <= wait <= 10
        allowed[key] = [(at, count + 1)]
        assert all(ends > clock.now for ends, _ in limit._windows.values())
