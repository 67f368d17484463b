"""`bot doctor`: looks at each part of an installation and says in a line what it found."""

from __future__ import annotations

from typing import Callable, Iterable

from bot.errors import BotError


def examine(examinations: Iterable[tuple[str, Callable[[], str]]]) -> int:
    """Prints one line for each part, and the remedy where something is wrong; 0 when all is well, else 1."""
    failed = 0
    for name, look in examinations:
        try:
            print(f"ok    {name}: {look()}", flush=True)
        except BotError as error:
            failed += 1
            print(f"WRONG {name}: {error}", flush=True)
        except Exception as error:  # a part that breaks in an unforeseen way must not hide the others
            failed += 1
            print(f"WRONG {name}: {type(error).__name__}", flush=True)
    print("All is well." if not failed else f"{failed} to mend.")
    return min(failed, 1)
