"""What the deployed stack's prompts are made of: genres of MusicBrainz's, and the look of an earlier cover."""

import uuid

from scripts.standins.catalogue import spotify_id
from scripts.standins.serving import Fault

FEW = {"kind": "top_artists", "time_range": "short_term", "count": 3}
FRAME = {"mood", "medium", "era", "light", "colours"}
ARTISTS = ("Meadowlark Union", "Gravel Tongue")


def made(local, listener_id, source, **options):
    """Without a style where none is asked for: it takes a second, and few tests look at it."""
    options = {"style_albums": [], **options}
    cover_id = local.ask(listener_id, source, key=str(uuid.uuid4()), options=options)
    item = local.wait(listener_id, cover_id)
    assert item["status"] == "done", item.get("error")
    return item


def untold(local):
    """A playlist of artists of whom Spotify tells no genres in development mode, and MusicBrainz was not asked yet."""
    keys = local.table("Keys")
    for name in ARTISTS:
        keys.delete_item(Key={"key": f"genre#{spotify_id('artist', name)}"})
    songs = ["Barefoot Almanac", "Shovel", "Cricket Parliament", "Driveway Hymns"]
    return {"kind": "playlist", "playlist_id": local.spotify.state.add_playlist("Untold", songs)}


def genres(item):
    return {song["artist"]: song["genres"] for song in item["fetched"]["songs"]}


def test_genres_come_from_musicbrainz_where_spotify_gives_none_and_are_asked_for_once(local, demo):
    source = untold(local)
    first = made(local, demo, source)
    assert genres(first)["Meadowlark Union"] == ["bluegrass", "folk", "seen live"]
    assert genres(first)["Gravel Tongue"] == ["grunge", "slowcore", "seen live"]
    assert {phrase["source"] for phrase in first["prompt"]["phrases"] if phrase["part"] == "medium"} == {"genres"}
    assert sorted(local.musicbrainz.asked()) == sorted(ARTISTS)
    assert local.musicbrainz.state.agents[0] == f"CoverArt/1 ( {local.url} )"
    assert genres(made(local, demo, source)) == genres(first)
    assert len(local.musicbrainz.state.recorder.requests) == 2


def test_musicbrainz_being_slow_or_failing_fails_no_cover_and_is_waited_for_only_so_long(local, demo):
    source = untold(local)
    faults = local.musicbrainz.state.recorder.faults
    faults.append(Fault("/artist$", 503))
    assert set(map(str, genres(made(local, demo, source)).values())) == {"[]"}
    faults.append(Fault("/artist$", delay=12))
    slow = made(local, demo, source)
    assert set(map(str, genres(slow).values())) == {"[]"}
    # Five seconds are the bound, and the answer takes twelve.
    assert slow["timings"]["fetch"]["seconds"] < 12
    assert slow["prompt"]["text"]


def test_a_cover_shares_the_look_of_an_earlier_one_and_the_style_of_its_albums(local, demo):
    first = made(local, demo, FEW, style_albums=None)
    everything = {"kind": "playlist", "playlist_id": spotify_id("playlist", "night-bus-circuits"), "count": 4}
    second = made(local, demo, everything, look=first["cover_id"], style_albums=None)
    was, shared = ({p["part"]: p["text"] for p in item["prompt"]["phrases"]} for item in (first, second))
    assert {part: shared[part] for part in FRAME} == {part: was[part] for part in FRAME}
    assert shared["subject"] != was["subject"]
    lent = first["prompt"]["style_albums"]
    assert second["prompt"]["style_albums"] == lent
    assert not {song["album_id"] for song in second["fetched"]["songs"]} & set(lent)
    # The style could be lent: stylize found the artwork of albums that are not among this cover's.
    told = [line for line in local.logs().splitlines() if second["cover_id"] in line]
    assert told
    assert not [line for line in told if "artwork left out" in line]


def test_a_look_that_is_not_there_is_told_by_a_sentence(local, demo):
    cover_id = local.ask(demo, FEW, key=str(uuid.uuid4()), options={"look": "20200101T000000000-0123456789"})
    item = local.wait(demo, cover_id)
    assert (item["status"], item["error"]["code"]) == ("failed", "invalid_request")
    assert "look" in item["error"]["message"]
