"""The vault: what is sealed opens again, with the right key only; and passwords fulfil rule C-W1."""

import os
import stat
import threading

import pytest
from cryptography.fernet import Fernet

from engine.vault import MISTAKEN, Unreadable, Vault, check_password_strength, load_key, new_password

OLD, NEW = Fernet.generate_key(), Fernet.generate_key()


def test_what_is_sealed_opens_again_and_does_not_show_the_secret():
    sealed = Vault([NEW]).seal("密码 Ab3#")
    assert "Ab3" not in sealed
    assert Vault([NEW]).open(sealed) == "密码 Ab3#"


def test_another_key_or_a_changed_text_does_not_open():
    sealed = Vault([OLD]).seal("secret")
    for vault, text in ((Vault([NEW]), sealed), (Vault([OLD]), sealed[:-4] + "AAA="), (Vault([OLD]), "nothing")):
        with pytest.raises(Unreadable):
            vault.open(text)
        with pytest.raises(Unreadable):
            vault.rotate(text)


def test_after_a_change_of_keys_old_seals_open_and_can_be_renewed():
    old = Vault([OLD]).seal("secret")
    renewed = Vault([NEW, OLD]).rotate(old)
    assert Vault([NEW, OLD]).open(old) == "secret"
    assert Vault([NEW]).open(renewed) == "secret"
    with pytest.raises(Unreadable):
        Vault([OLD]).open(renewed)


def test_a_vault_does_not_show_its_keys():
    vault = Vault([OLD])
    vault.seal("secret")
    assert OLD.decode() not in f"{vault!r} {vault} {vars(vault)['_opened']!r}"


def test_the_key_is_made_once_and_only_its_account_may_read_it(tmp_path):
    path = tmp_path / "var" / "vault.key"
    key = load_key(path)
    assert load_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["vault.key"]
    assert Vault([key]).open(Vault([key]).seal("x")) == "x"


def test_all_who_ask_for_the_key_at_once_get_the_same(tmp_path):
    barrier, keys = threading.Barrier(16), set()

    def ask() -> None:
        barrier.wait()
        keys.add(load_key(tmp_path / "vault.key"))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 1


def test_every_new_password_is_strong_and_easy_to_copy():
    made = [new_password() for _ in range(500)]
    assert len(set(made)) == 500
    assert all(len(password) == 16 and check_password_strength(password) is None for password in made)
    assert not any(MISTAKEN & set(password) for password in made)


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("Abcdef123#", True),
        ("密码密码密码密码1#", True),
        ("Abcde123#", False),
        ("Abcdefghi#", False),
        ("1234567890#", False),
        ("Abcdef1234", False),
        ("Abcdef 1234", False),
        ("", False),
    ],
)
def test_a_password_needs_letters_digits_special_characters_and_ten_of_them(password, good):
    assert (check_password_strength(password) is None) is good
