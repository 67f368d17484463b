"""The threads that compute: one for each core, shared by all of this process.

Encoding and products of matrices leave Python's lock alone, so they do run at the same time.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

from threadpoolctl import threadpool_limits

# those that this process may use: a training leaves one to visitors, a container may have fewer than its machine
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
computing = ThreadPoolExecutor(CORES, thread_name_prefix="computing")


def one_thread_each() -> AbstractContextManager[object]:
    """One for a product, from now on, in the numerical libraries loaded so far: for answering, not for training.

    In a `with` statement, inside it only.

    A message's products take a millisecond. The helper threads of OpenBLAS then spin in wait for the next one, on
    the core that encodes or answers somebody else: a third of all processor time of a serving process.
    """
    limits: AbstractContextManager[object] = threadpool_limits(1, user_api="blas")
    return limits
