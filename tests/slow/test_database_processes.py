"""The database, opened by many processes at once."""

import subprocess
import sys


def test_eight_processes_that_start_together_on_a_new_file_all_work(tmp_path):
    program = f"""
from bot.database import Database
from bot.log.store import ConversationLog
log = ConversationLog(Database("sqlite:///{tmp_path}/new folder/chat.db"))
log.migrate()
log.check()
"""
    started = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) for _ in range(8)]
    assert [process.communicate()[1][-300:] for process in started] == [b""] * 8
