"""What every test shares: how hard Hypothesis tries, and one folder of compiled simulators for all test processes.

The folder outlives a run, because what lies in it is found by the hash of all its source: it can be large, never
stale. `pytest --hypothesis-profile thorough` tries ten times as many examples.
"""

import gc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.postgres import empty_postgres_url, postgres_template, postgres_url, spare  # noqa: F401 - fixtures
from tests.tracing import pytest_collection, pytest_runtest_call, pytest_runtest_protocol  # noqa: F401 - hooks

# No deadline: the first example of a compiled property may compile. Few examples: each is a whole backtest.
settings.register_profile(
    "botswain",
    deadline=None,
    max_examples=25,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
settings.register_profile("thorough", parent=settings.get_profile("botswain"), max_examples=250)
settings.load_profile("botswain")


def pytest_collection_finish() -> None:
    """What is imported by now stays: Python need not look through a million objects again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session")
def kernels() -> Path:
    """Where compiled simulators are kept between test runs and shared by test processes."""
    return Path(__file__).resolve().parents[1] / ".cache" / "botswain-kernels"
