"""What the environment says, as one value."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from botswain.settings import read_settings


def test_without_variables_the_usual_places_are_meant() -> None:
    settings = read_settings({})
    assert settings.data_dir == Path(platformdirs.user_data_dir("botswain", appauthor=False))
    assert settings.cache_dir == Path(platformdirs.user_cache_dir("botswain", appauthor=False)) / "kernels"
    assert settings.strategies_dir == settings.data_dir / "strategies"
    assert not settings.debug


def test_the_folder_of_strategies_may_be_another(tmp_path: Path) -> None:
    settings = read_settings({"BOTSWAIN_DATA_DIR": str(tmp_path), "BOTSWAIN_STRATEGIES": "~/bots"})
    assert settings.strategies_dir == Path.home() / "bots"
    assert read_settings({"BOTSWAIN_DATA_DIR": str(tmp_path)}).strategies_dir == tmp_path / "strategies"


def test_variables_name_other_places(tmp_path: Path) -> None:
    settings = read_settings(
        {"BOTSWAIN_DATA_DIR": str(tmp_path / "data"), "BOTSWAIN_CACHE_DIR": "~/kernels", "BOTSWAIN_DEBUG": "1"}
    )
    assert settings.data_dir == tmp_path / "data"
    assert settings.cache_dir == Path.home() / "kernels"
    assert settings.debug


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read_settings({"BOTSWAIN_DATA_DIR": "", "BOTSWAIN_CACHE_DIR": ""}) == read_settings({})


@pytest.mark.parametrize(("value", "on"), [("0", False), ("no", False), ("False", False), ("yes", True), ("1", True)])
def test_debug_is_switched_by_words(value: str, on: bool) -> None:
    assert read_settings({"BOTSWAIN_DEBUG": value}).debug is on
