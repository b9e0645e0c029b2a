import pytest

from prompt.art_direction import Recent
from prompt.recent_covers import find_recent


def create_design(playlist, variation=0, technique="", motif=""):
    request = {"source": {"kind": "playlist", "playlist_id": playlist}, "options": {"variation": variation}}
    return {"request": request, **({"prompt": {"technique": technique, "motif": motif}} if technique else {})}


OWN = create_design("one")
OTHER = create_design("two", technique="neon", motif="fox")
AGAIN = create_design("one", technique="weave", motif="raven")


@pytest.mark.parametrize(
    ("designs", "expected"),
    [
        pytest.param([], Recent(), id="nothing"),
        pytest.param([OWN], Recent(), id="first"),
        pytest.param([OWN, OTHER], Recent("neon", "fox"), id="other"),
        pytest.param([OWN, create_design("two")], Recent(), id="no prompt"),
        pytest.param([OWN, AGAIN, OTHER], Recent("neon", "fox"), id="again"),
        pytest.param([OWN, OTHER, AGAIN], Recent(), id="again later"),
        pytest.param([create_design("one", 1), AGAIN, OTHER], Recent("weave", "raven"), id="variation"),
    ],
)
def test_cover_made_again_keeps_its_picture(designs, expected):
    assert find_recent(designs) == expected
