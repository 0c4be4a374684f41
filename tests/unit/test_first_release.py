"""The script that times a newcomer's first release."""

from pathlib import Path

from tests.bench.first_release import steps


def test_everything_is_new_and_in_the_folder(tmp_path: Path) -> None:
    """No cache and no environment of the machine is used, and only downloads are left out of the sum."""
    found = steps(Path("/repository"), tmp_path)
    assert [step.title for step in found if not step.counts] == ["Download"]
    for step in found:
        paths = [word for word in step.words if str(tmp_path) in word]
        assert paths, step.title
    pip = [step for step in found if "pip" in step.words]
    assert all(f"PIP_CACHE_DIR={tmp_path / 'cache'}" in step.words for step in pip)
    assert "--no-index" in next(step for step in found if step.title == "Install").words
    assert "--headless" in found[-1].words
