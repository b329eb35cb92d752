"""Sums up the campaign over all its parts, whichever process ran them, and fails it where it was too small."""

from collections import Counter

import pytest

WHOLE_BOT_DAYS = 60
LEAST_FAULTS = 3_000


def pytest_configure(config):
    config.pluginmanager.register(Tally())


class Tally:
    """What the worlds that passed have told of themselves."""

    def __init__(self):
        self.days = 0
        self.faults = Counter()

    def pytest_runtest_logreport(self, report):
        told = dict(report.user_properties)
        if report.when == "call" and report.passed and "faults" in told:
            self.days += told["bot_days"]
            self.faults.update(told["faults"])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if self.days >= WHOLE_BOT_DAYS and self.faults.total() < LEAST_FAULTS:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        if self.days:
            told = f"{self.days:.1f} bot-days, {self.faults.total():,} faults of {len(self.faults)} kinds"
            terminalreporter.write_line(f"campaign: {told}; {LEAST_FAULTS:,} are asked of {WHOLE_BOT_DAYS} bot-days")
