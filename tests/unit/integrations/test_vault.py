"""Secrets at rest open where they belong, with a key of the ring, and nowhere else."""

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.vault import Vault, VaultError, parse_ring, ring_file

KEY = b"K" * 32
SECRETS = {"token": "canary-4711", "webhook_secret": "§ ünïcode"}


def encoded(key: bytes = KEY) -> str:
    """A key as a ring holds it."""
    return base64.b64encode(key).decode()


def test_what_was_sealed_opens_in_its_place() -> None:
    """The same texts come back, and the sealed bytes show none of them."""
    vault = Vault({"k1": KEY})
    key_id, sealed = vault.seal("T1", "github", SECRETS)
    assert (key_id, vault.sealing) == ("k1", "k1")
    assert vault.open("T1", "github", key_id, sealed) == SECRETS
    assert b"canary" not in sealed


def test_no_two_seals_are_alike() -> None:
    """A fresh nonce each time: equal secrets do not show as equal."""
    vault = Vault({"k1": KEY})
    assert vault.seal("T1", "github", SECRETS) != vault.seal("T1", "github", SECRETS)


@pytest.mark.parametrize(
    ("tenant", "integration"),
    [
        ("T2", "github"),
        ("T1", "jira"),
        ("T1github", ""),
        ("", "T1github"),
        ("T1", "github "),
        ("github", "T1"),
    ],
)
def test_what_was_moved_does_not_open(tenant: str, integration: str) -> None:
    """Copied to another tenant or connection it is useless, however the two are cut."""
    vault = Vault({"k1": KEY})
    key_id, sealed = vault.seal("T1", "github", SECRETS)
    with pytest.raises(VaultError, match="does not belong"):
        vault.open(tenant, integration, key_id, sealed)


@given(place=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
def test_a_changed_byte_does_not_open(place: int, flip: int) -> None:
    """Anywhere: in the nonce, the text or the tag."""
    vault = Vault({"k1": KEY})
    _, sealed = vault.seal("T1", "github", SECRETS)
    changed = bytearray(sealed)
    changed[place % len(sealed)] ^= flip
    with pytest.raises(VaultError):
        vault.open("T1", "github", "k1", bytes(changed))


@given(st.binary(max_size=64))
def test_odd_bytes_do_not_open(sealed: bytes) -> None:
    """Whatever stands in the row, the answer is VaultError."""
    with pytest.raises(VaultError):
        Vault({"k1": KEY}).open("T1", "github", "k1", sealed)


def test_an_unknown_key_is_named() -> None:
    """The id says which key must come back to the ring."""
    with pytest.raises(VaultError, match="k9 is not on the key ring"):
        Vault({"k1": KEY}).open("T1", "github", "k9", b"")


def test_the_first_key_seals_and_all_open() -> None:
    """So a key is changed without a stop."""
    old, new = Vault({"k1": KEY}), Vault({"k2": b"N" * 32, "k1": KEY})
    before = old.seal("T1", "github", SECRETS)
    after = new.seal("T1", "github", SECRETS)
    assert (before[0], after[0]) == ("k1", "k2")
    assert new.open("T1", "github", *before) == new.open("T1", "github", *after) == SECRETS
    with pytest.raises(VaultError):
        old.open("T1", "github", *after)


def test_a_key_under_another_id_does_not_open() -> None:
    """An id that names the wrong key is a wrong key."""
    key_id, sealed = Vault({"k1": KEY}).seal("T1", "github", SECRETS)
    with pytest.raises(VaultError):
        Vault({key_id: b"N" * 32}).open("T1", "github", key_id, sealed)


def test_an_empty_ring_is_refused() -> None:
    """Nothing could be sealed."""
    with pytest.raises(VaultError, match="empty"):
        Vault(parse_ring(" \n,"))


def test_a_ring_is_read_in_its_order() -> None:
    """Commas or lines, with room around."""
    ring = parse_ring(f" b.2:{encoded(b'N' * 32)} ,\n\na-1:{encoded()}\n")
    assert list(ring.items()) == [("b.2", b"N" * 32), ("a-1", KEY)]


@pytest.mark.parametrize(
    ("ring", "says"),
    [
        (encoded(), "Key 1 of the ring has no id"),
        (f":{encoded()}", "Key 1 of the ring has no id"),
        (f"k 1:{encoded()}", "Key 1 of the ring has no id"),
        (f"{encoded()}:k1", "Key 1 of the ring has no id"),
        (f"k1:{encoded()},k2:{encoded()[:-3]}", "Key 2 of the ring is not base64"),
        (f"k1:{encoded()[:-1]}ß", "Key 1 of the ring is not base64"),
        (f"k1:{encoded()} # mine", "Key 1 of the ring is not base64"),
        (f"k1:{encoded(b'K' * 16)}", "Key 1 of the ring has 16 bytes instead of 32"),
        ("k1:", "Key 1 of the ring has 0 bytes instead of 32"),
        (f"k1:{encoded()},k1:{encoded(b'N' * 32)}", "Key 2 of the ring has an id that stands there before"),
    ],
)
def test_a_ring_that_can_not_be_read_is_not_shown(ring: str, says: str) -> None:
    """The place is named, nothing of the text is: it may be a key, even where an id should stand."""
    with pytest.raises(VaultError) as caught:
        parse_ring(ring)
    assert says in str(caught.value)
    assert encoded()[:6] not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_key_file_is_made_once(tmp_path: Path) -> None:
    """With one new key, for its owner's eyes only, and left alone afterwards."""
    path = tmp_path / "data" / "keys"
    made = ring_file(path)
    assert list(made) == ["k1"]
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert ring_file(path) == made
    assert path.read_text() == text
    assert [each.name for each in path.parent.iterdir()] == ["keys"]


def test_two_files_hold_two_keys(tmp_path: Path) -> None:
    """Keys come from the machine's randomness."""
    assert ring_file(tmp_path / "a") != ring_file(tmp_path / "b")


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    """An operator may write it, with more than one key."""
    path = tmp_path / "keys"
    path.write_text(f"k2:{encoded(b'N' * 32)}\nk1:{encoded()}\n")
    assert list(ring_file(path)) == ["k2", "k1"]


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    """The file appears whole: nobody reads an empty one, and nobody seals with a key that was lost."""
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: ring_file(tmp_path / "keys"), range(32)))
    assert all(ring == rings[0] for ring in rings)
    assert [each.name for each in tmp_path.iterdir()] == ["keys"]
