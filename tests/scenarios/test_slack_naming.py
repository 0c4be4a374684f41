"""Which release is meant by what people type, whatever marks and names stand around; no other one is reached."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.domain.holds import HoldCause
from orchestration.ports.runtime import Configuration
from tests.support.office import Office, office
from tests.support.prepared import small


async def _gallery(o: Office) -> None:
    """Another app is released here, of which nothing was made yet."""
    async with o.store.work() as work:
        snapshot = small(config_id="gallery", name="Gallery", app="Gallery")
        await work.directory.save_configuration(
            Configuration(id="gallery", tenant_id=o.team, name="Gallery", snapshot=snapshot)
        )
        await work.commit()


@pytest.mark.parametrize(
    "named", ["2.15.0:", "“2.15.0”", "`2.15.0`", "*v2.15.0*,", "(2.15.0)", "Pixel 2.15.0:"]
)
async def test_marks_around_a_name_hide_no_release(tmp_path: Path, named: str) -> None:
    """A colon or quotes around a version must not turn it into a part of the reason for another release."""
    async with office(tmp_path, "asking") as o:
        for word in ("archive", "hold"):
            said = await o.says(o.ann, f"/release {word} {named} crashes on start")
            assert "No release fits “" in said, word
            assert "2.15.0”" in said, word
        kept = await o.release()
        assert kept.archived is None
        assert kept.holds == ()


async def test_a_release_is_found_with_the_marks_around_its_name(tmp_path: Path) -> None:
    """What names one is found among quotes, and behind its app's name."""
    async with office(tmp_path, "two") as o:
        for named in ("“2.15.0”", "`2.15.0`", "2.15.0?", "pixel 2.15.0", "rel-aaaaaaa4."):
            assert "Pixel 2.15.0" in await o.says(o.eve, f"/release status {named}"), named
        assert "Pixel 2.15.0 is on hold: crash" in await o.says(o.dan, "/release hold 2.15.0: crash")
        assert [h.cause for h in (await o.release("REL-AAAAAAA4")).holds] == [HoldCause.USER]


async def test_a_version_in_a_reason_gives_up_nothing(tmp_path: Path) -> None:
    """“Superseded by 2.15.0” is no order to give 2.15.0 up: which release ends is named first."""
    async with office(tmp_path, "two") as o:
        said = await o.says(o.ann, "/release archive Superseded by 2.15.0")
        assert "Nothing was given up" in said
        assert "`/release archive REL-AAAAAAA4 …`" in said
        for release_id in ("REL-AAAAAAA3", "REL-AAAAAAA4"):
            assert (await o.release(release_id)).archived is None
        assert "Pixel 2.15.0 is archived: Pixel gone" in await o.says(
            o.ann, "/release archive Pixel 2.15.0 gone"
        )


async def test_the_version_of_one_app_is_not_the_release_of_another(tmp_path: Path) -> None:
    """Gallery 2.14.0 is not there: what is said of it reaches no Pixel 2.14.0, and is not answered about it."""
    async with office(tmp_path, "asking") as o:
        await _gallery(o)
        for line in ("status Gallery 2.14.0", "hold gallery 2.14.0 crash", "captain set Gallery 2.14.0 @bo"):
            said = await o.says(o.ann, f"/release {line}")
            assert "No release fits “" in said, line
            assert "Did you mean `REL-AAAAAAA3` (Pixel 2.14.0)?" in said, line
        kept = await o.release()
        assert kept == replace(kept, holds=(), captain=o.ann.id)
        assert "Pixel 2.14.0" in await o.says(o.ann, "/release status Pixel 2.14.0")


async def test_what_names_no_release_comes_back_as_it_was_typed(tmp_path: Path) -> None:
    """Words in capitals are not what the person wrote."""
    async with office(tmp_path, "asking") as o:
        assert "No release fits “nothing like it”." in await o.says(o.eve, "/release why nothing like it")


async def test_what_is_named_is_found_in_whatever_case(tmp_path: Path) -> None:
    """A phone begins with a capital: a configuration, a scope and everybody are known all the same."""
    async with office(tmp_path, "empty") as o:
        for line in ("config Deactivate PIXEL", "config activate Pixel"):
            assert "Pixel is " in await o.says(o.ann, f"/release {line}"), line
        assert "no release configuration Pixl. Did you mean `pixel`" in await o.says(
            o.ann, "/release config copy Pixl"
        )
        assert "everybody has the role `viewer` now" in await o.says(
            o.ann, "/release roles grant Everybody Viewer"
        )
        assert "--scopes build:report" in await o.says(o.ann, "/release token create ci Build:Report")


@pytest.mark.parametrize(
    ("typed", "meant"), [("GitHub Actions", "github"), ("Apple App Store", "app_store"), ("Jra", "jira")]
)
async def test_a_provider_that_was_nearly_named_is_guessed(tmp_path: Path, typed: str, meant: str) -> None:
    """What people call a product by need not be the name that stands in the list."""
    async with office(tmp_path, "empty") as o:
        assert f"Did you mean `{meant}`" in await o.says(o.ann, f"/release connect {typed}")


async def test_a_digest_is_asked_about_as_quiet_hours_are(tmp_path: Path) -> None:
    """Without a time both say how it stands."""
    async with office(tmp_path, "empty") as o:
        for word in ("quiet", "digest"):
            assert "You are reached at any time." in await o.says(o.eve, f"/release me {word}"), word
