"""Files are kept by their hash, whole or not at all, and nobody's name reaches the disk."""

import hashlib
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.blobs import CHUNK, BlobFacts, BlobStore
from engine.errors import NotFound, TooLarge


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def everything(store: BlobStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def aged(path: Path, age: timedelta) -> None:
    then = (datetime.now(UTC) - age).timestamp()
    os.utime(path, (then, then))


def test_what_is_put_can_be_opened_under_its_hash(store: BlobStore) -> None:
    data = b"x" * (CHUNK + 1)
    facts = store.put(io.BytesIO(data), limit=len(data))
    assert facts == BlobFacts(hashlib.sha256(data).hexdigest(), len(data))
    with store.open(facts.sha256) as file:
        assert file.read() == data
    assert store.path(facts.sha256).name == facts.sha256


def test_the_same_bytes_are_kept_once(store: BlobStore) -> None:
    first, second = (store.put(io.BytesIO(b"same"), 10) for _ in range(2))
    assert first == second
    assert everything(store) == [store.path(first.sha256)]


@pytest.mark.parametrize(("size", "fits"), [(0, True), (10, True), (11, False), (CHUNK * 3, False)])
def test_the_limit_is_inclusive_and_beyond_it_nothing_stays(store: BlobStore, size: int, fits: bool) -> None:
    if fits:
        assert store.put(io.BytesIO(b"x" * size), 10).size == size
    else:
        with pytest.raises(TooLarge):
            store.put(io.BytesIO(b"x" * size), 10)
        assert everything(store) == []


def test_a_stream_that_breaks_leaves_nothing(store: BlobStore) -> None:
    class Broken(io.RawIOBase):
        reads = 0

        def read(self, size: int = -1) -> bytes:
            self.reads += 1
            if self.reads == 3:
                raise ConnectionError
            return b"x" * 10

    with pytest.raises(ConnectionError):
        store.put(Broken(), 100)  # type: ignore[arg-type]
    assert everything(store) == []


@pytest.mark.parametrize("name", ["", "../x", "a" * 63, "A" * 64, "g" * 64, "/etc/passwd", "a" * 64 + "\n", "incoming"])
def test_what_is_no_hash_is_not_found(store: BlobStore, name: str) -> None:
    for reach in (store.open, store.path):
        with pytest.raises(NotFound):
            reach(name)


def test_a_hash_nobody_put_is_not_found(store: BlobStore) -> None:
    with pytest.raises(NotFound):
        store.open("0" * 64)


def test_a_sweep_takes_only_what_is_old_and_unknown(store: BlobStore) -> None:
    known, fresh, old = (store.put(io.BytesIO(data), 10).sha256 for data in (b"known", b"fresh", b"old"))
    (store.incoming / "interrupted").write_bytes(b"x")
    for path in (store.path(known), store.path(old), store.incoming / "interrupted"):
        aged(path, timedelta(days=2))
    assert store.sweep({known}, datetime.now(UTC) - timedelta(days=1)) == 2
    assert {path.name for path in everything(store)} == {known, fresh}


def test_putting_again_saves_a_blob_from_the_sweep(store: BlobStore) -> None:
    sha256 = store.put(io.BytesIO(b"again"), 10).sha256
    aged(store.path(sha256), timedelta(days=2))
    store.put(io.BytesIO(b"again"), 10)
    assert store.sweep(set(), datetime.now(UTC) - timedelta(days=1)) == 0


@given(st.binary(max_size=2000))
def test_any_bytes_come_back_unchanged(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = BlobStore(tmp_path_factory.getbasetemp() / "any-bytes")
    with store.open(store.put(io.BytesIO(data), 2000).sha256) as file:
        assert file.read() == data
