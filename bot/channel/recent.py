"""A bounded memory of who is in the middle of something: in this process only, and lost at a restart."""

from __future__ import annotations

from collections import OrderedDict


class RecentlySeen:
    """The last `most` keys that were noted; the oldest are forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._keys: OrderedDict[str, None] = OrderedDict()

    def note(self, key: str, present: bool) -> None:
        """Adds or removes a key."""
        self._keys.pop(key, None)
        if present:
            self._keys[key] = None
            if len(self._keys) > self._most:
                self._keys.popitem(last=False)

    def __contains__(self, key: object) -> bool:
        return key in self._keys
