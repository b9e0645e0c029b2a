import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from coverart.images.color import to_oklab
from coverart.models import Lettering
from generate.painter import choose_layout, paint, paint_scene
from tests.unit.generate.conftest import PALETTES, make_prompt

RAVEN = {"technique": "linocut", "composition": "night", "motif": "raven"}


def digest(image):
    return hashlib.sha256(image.tobytes()).hexdigest()


def with_lettering(prompt, title="Old Hills", place="foot"):
    lettering = Lettering(title=title, typeface="archivo", second_typeface="oswald", place=place)
    return prompt.model_copy(update={"lettering": lettering})


def test_new_process_gives_same_bytes_and_imports_one_technique():
    prompt = make_prompt(**RAVEN)
    root = Path(__file__).parents[3]
    script = (
        "import hashlib, sys; from coverart.models import Prompt; from generate.painter import paint;"
        f"p = Prompt.model_validate_json({prompt.model_dump_json()!r});"
        "print(hashlib.sha256(paint(p, 128).tobytes()).hexdigest());"
        "prefix = 'generate.painter.techniques.';"
        "print({name[len(prefix):].split('.')[0] for name in sys.modules if name.startswith(prefix)})"
    )
    environment = {"PYTHONPATH": f"{root}/functions:{root}/layers/painter", "PYTHONHASHSEED": "1"}
    command = [sys.executable, "-c", script]
    output = subprocess.run(command, env=environment, capture_output=True, check=True, text=True, timeout=120).stdout
    assert output.splitlines() == [digest(paint(prompt, 128)), "{'linocut'}"]


@pytest.mark.parametrize(("name", "size"), [(name, 64 + 6 * number) for number, name in enumerate(PALETTES)])
def test_every_palette_is_painted_in_the_requested_size(name, size):
    painting = paint(make_prompt(palette=PALETTES[name]), size)
    assert (painting.size, painting.mode) == ((size, size), "RGB")
    chroma = np.hypot(*np.moveaxis(to_oklab(np.asarray(painting, np.float32) / 255)[..., 1:], -1, 0)).mean()
    assert (chroma < 0.012) == (name in {"gray", "black", "white"})


def test_prompt_decides_what_is_painted_and_the_seed_how():
    technique, layout = choose_layout(make_prompt(**RAVEN))
    assert (technique, layout.name) == ("linocut", "night")
    (first, scene), (second, _) = (paint_scene(make_prompt(seed=seed, **RAVEN), 96) for seed in (0, 1))
    assert scene.motif.name == "raven"
    assert np.abs(np.asarray(first, float) - np.asarray(second, float)).mean() > 1


@pytest.mark.parametrize("subjects", [["cat"], []])
def test_prompt_of_an_earlier_version_is_painted(subjects):
    prompts = [make_prompt(subjects=subjects, composition="horizon", seed=seed) for seed in range(12)]
    assert len({(technique, layout.name) for technique, layout in map(choose_layout, prompts)}) > 6
    _, scene = paint_scene(prompts[0], 96)
    assert bool(scene.motif_masks) == bool(subjects)


@pytest.mark.parametrize(("technique", "layout"), [("riso", "rise"), ("linocut", "night"), ("neon", "brick")])
def test_motif_leaves_room_for_lettering(technique, layout):
    prompt = make_prompt(technique=technique, composition=layout, motif="raven")

    def draw_motif(request):
        motif = np.maximum.reduce(paint_scene(request, 128)[1].motif_masks)
        return motif / motif.sum()

    usual = draw_motif(prompt)
    for place, beside in {"foot": np.s_[102:], "head": np.s_[:26], "spine": np.s_[:, 102:]}.items():
        share = draw_motif(with_lettering(prompt, place=place))[beside].sum()
        assert share <= 0.5 * usual[beside].sum() + 0.02, place


@pytest.mark.parametrize(
    "title", ["\N{PARTY POPPER}", "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"]
)
def test_title_that_will_not_be_set_takes_no_room(title):
    prompt = make_prompt(**RAVEN)
    assert digest(paint(with_lettering(prompt, title), 64)) == digest(paint(prompt, 64))
