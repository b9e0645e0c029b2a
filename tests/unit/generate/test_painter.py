import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coverart.models import Lettering
from generate.painter import choose_layout, paint, paint_scene


def digest(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes()).hexdigest()


def test_new_process_gives_same_bytes_and_imports_one_technique(make_prompt) -> None:
    prompt = make_prompt(technique="linocut", composition="night", motif="raven")
    root = Path(__file__).parents[3]
    script = (
        "import hashlib, sys; from coverart.models import Prompt; from generate.painter import paint;"
        f"p = Prompt.model_validate_json({prompt.model_dump_json()!r});"
        "print(hashlib.sha256(paint(p, 128).tobytes()).hexdigest());"
        "prefix = 'generate.painter.techniques.';"
        "print({name[len(prefix):].split('.')[0] for name in sys.modules if name.startswith(prefix)})"
    )
    run = subprocess.run(  # this interpreter, our script
        [sys.executable, "-c", script],
        env={"PYTHONPATH": f"{root}/functions:{root}/layers/painter", "PYTHONHASHSEED": "1"},
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    assert run.stdout.splitlines() == [digest(paint(prompt, 128)), "{'linocut'}"]


@pytest.mark.parametrize("size", [64, 300])
def test_painting_has_the_requested_size(make_prompt, size: int) -> None:
    painting = paint(make_prompt(), size)
    assert (painting.size, painting.mode) == ((size, size), "RGB")


def test_painting_of_every_palette_is_painted(make_prompt, palette: list[str]) -> None:
    assert paint(make_prompt(palette=palette), 64).size == (64, 64)


def test_prompt_decides_technique_layout_and_motif(make_prompt) -> None:
    prompt = make_prompt(technique="linocut", composition="night", motif="raven")
    technique, layout = choose_layout(prompt)
    assert (technique, layout.name) == ("linocut", "night")
    _, scene = paint_scene(prompt, 96)
    assert scene.motif is not None
    assert scene.motif.name == "raven"


@pytest.mark.parametrize("subjects", [["cat"], []])
def test_prompt_of_an_earlier_version_is_painted(make_prompt, subjects: list[str]) -> None:
    layouts = {
        (technique, layout.name)
        for seed in range(12)
        for technique, layout in [choose_layout(make_prompt(subjects=subjects, composition="horizon", seed=seed))]
    }
    assert len(layouts) > 6
    _, scene = paint_scene(make_prompt(subjects=subjects, composition="horizon"), 96)
    assert bool(scene.motif_masks) == bool(subjects)


def test_seed_changes_the_painting_of_a_layout(make_prompt) -> None:
    fields = {"technique": "linocut", "composition": "night", "motif": "raven"}
    first, second = (np.asarray(paint(make_prompt(seed=seed, **fields), 128), float) for seed in (0, 1))
    assert np.abs(first - second).mean() > 1


@pytest.mark.parametrize("place", ["foot", "head", "spine"])
@pytest.mark.parametrize(("technique", "layout"), [("riso", "rise"), ("linocut", "night"), ("neon", "brick")])
def test_motif_leaves_room_for_lettering(make_prompt, technique, layout, place) -> None:
    lettering = Lettering(title="Old Hills", typeface="archivo", second_typeface="oswald", place=place)
    prompt = make_prompt(technique=technique, composition=layout, motif="raven")
    shares = []
    for request in (prompt, prompt.model_copy(update={"lettering": lettering})):
        _, scene = paint_scene(request, 128)
        motif = np.maximum.reduce(scene.motif_masks)
        beside = {"foot": motif[102:], "head": motif[:26], "spine": motif[:, 102:]}[place]
        shares.append(beside.sum() / motif.sum())
    assert shares[1] <= 0.5 * shares[0] + 0.02


@pytest.mark.parametrize(
    "title", ["\N{PARTY POPPER}", "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"]
)
def test_title_that_will_not_be_set_takes_no_room(make_prompt, title) -> None:
    lettering = Lettering(title=title, typeface="archivo", second_typeface="oswald", place="foot")
    prompt = make_prompt(technique="linocut", composition="night", motif="raven")
    assert digest(paint(prompt.model_copy(update={"lettering": lettering}), 64)) == digest(paint(prompt, 64))
