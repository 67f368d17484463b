"""What visitors write is in no log line, whatever library writes it and at whatever level."""

import logging
import subprocess
import sys

import pytest

from bot.quiet import WithoutValues

CANARY = "canary-7391"


def formatted(name, message, *args, error=None):
    info = (type(error), error, error.__traceback__) if error else None
    return WithoutValues().format(logging.LogRecord(name, logging.ERROR, "x.py", 7, message, args, info))


def test_our_own_records_are_written_whole():
    assert formatted("bot.channel.app", "Unexpected %s, reference %s", "KeyError", "ab12").endswith(
        "Unexpected KeyError, reference ab12"
    )


@pytest.mark.parametrize("message, args", [("Handling %s", (CANARY,)), (f"Handling {CANARY}", ())])
def test_records_of_libraries_are_written_without_values(message, args):
    line = formatted("rasa.core.processor", message, *args)
    assert CANARY not in line and "rasa.core.processor" in line


def test_of_an_exception_only_type_and_place_are_written():
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        line = formatted("bot.x", "It failed", error=error)
    assert CANARY not in line and "ValueError in test_of_an_exception" in line


def run(code, **env):
    program = f"from bot.quiet import keep_quiet\nkeep_quiet()\nsaid = {CANARY!r}\n{code}"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env={"PATH": "", **env})


WAYS = [
    "import structlog; structlog.get_logger().error('processor.message', text=said)",
    "import structlog; structlog.get_logger().debug('processor.message', text=said)",
    "import structlog; structlog.get_logger().error(f'said {said}')",
    "import logging; logging.getLogger('rasa.core').debug(said)",
    "import logging; logging.getLogger('some.library').error(said)",
    "import logging; logging.getLogger('some.library').warning('%s', said)",
    "import threading; threading.Thread(target=lambda: int(said)).start()",
    "import warnings; warnings.warn(said)",
    "import asyncio\nasync def f(): raise ValueError(said)\nasync def g(): asyncio.create_task(f()); "
    "await asyncio.sleep(0.01)\nasyncio.run(g())",
    "raise ValueError(said)",  # the last: it ends the program
]


@pytest.fixture(scope="module")
def written():
    """What each way of logging writes to stdout and stderr, all in one program: its start takes longer than they do."""
    marked = [f"for out in (sys.stdout, sys.stderr): print('--way', file=out, flush=True)\n{code}\n" for code in WAYS]
    done = run("import sys\n" + "".join(marked), LOG_LEVEL="DEBUG", PYTHONPATH=".")
    out, error = done.stdout.split("--way\n")[1:], done.stderr.split("--way\n")[1:]
    assert len(out) == len(error) == len(WAYS)
    return dict(zip(WAYS, zip(out, error, strict=True), strict=True))


@pytest.mark.parametrize("code", WAYS)
def test_no_way_of_logging_tells_a_value(written, code):
    assert CANARY not in "".join(written[code])


def test_a_crash_leaves_no_core_dump():
    done = run("import resource; print(resource.getrlimit(resource.RLIMIT_CORE))", PYTHONPATH=".")
    assert done.stdout.strip() == str((0, 0)), done.stderr
