"""Ids inside keys of S3 and DynamoDB: none reaches another listener's keys."""

from hypothesis import example, given
from hypothesis import strategies as st

from coverart.store.idempotency import automatic_attempt_keys, automatic_idempotency_key
from coverart.store.keys import artwork_key, backup_key, cover_file_key, idempotency_record_key, listener_prefixes

ids = st.text(min_size=1, max_size=40) | st.sampled_from(["..", "../ada", "a/b", "%2e%2e", "a\x00", "ada#api#x", "."])


@given(ids, ids, ids)
def test_id_stays_in_its_part_of_an_s3_key(listener_id, other_id, third_id):
    for key, root, part_count in (
        (artwork_key(listener_id, other_id), "artwork", 3),
        (cover_file_key(listener_id, other_id, "cover.jpg"), "covers", 4),
        (backup_key(listener_id, other_id, third_id), "kept", 4),
    ):
        assert key.isascii()
        assert key.isprintable()
        parts = key.split("/")
        assert (parts[0], len(parts)) == (root, part_count)
        assert all(part.strip(".") for part in parts)
        assert key.startswith(listener_prefixes(listener_id))
        if listener_id != other_id:
            assert not key.startswith(listener_prefixes(other_id))


@example(listener_id="ada", key="x#api#y", other_id="ada#api#x", other_key="y")
@given(listener_id=ids, key=ids, other_id=ids, other_key=ids)
def test_idempotency_keys_of_listeners_never_collide(listener_id, key, other_id, other_key):
    record_key = idempotency_record_key(listener_id, f"api#{key}")
    other_record_key = idempotency_record_key(other_id, f"api#{other_key}")
    assert record_key != other_record_key or (listener_id, key) == (other_id, other_key)
    automatic_key = idempotency_record_key(listener_id, automatic_idempotency_key("p1"))
    assert other_record_key not in automatic_attempt_keys(automatic_key)
