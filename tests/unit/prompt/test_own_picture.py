"""Covers that show the listener's own picture."""

from coverart.models import CoverOptions, CutOut
from coverart.techniques import load_techniques
from prompt.art_direction import Recent
from prompt.compose import compose
from prompt.looks import plan_series_part
from prompt.own_picture import describe_photograph
from prompt.write_prompt import Circumstances, write_from_words

PICTURE = "20261201T000000000-0123456789"
FACE = (0.4, 0.1, 0.6, 0.3)


def create_cut_out(label="dog", faces=(), mask="covers/ada/c1/mask.png"):
    box = (0.1, 0.1, 0.9, 1)
    return CutOut(picture_id=PICTURE, key="picture.jpg", mask=mask, box=box, label=label, faces=list(faces))


def compose_with_picture(taste, *cut_out, series_part=None, **options):
    options = CoverOptions(picture=PICTURE, **options)
    return compose(taste, options, [], series_part=series_part, cut_out=create_cut_out(*cut_out))


def test_candidates_print_it_in_different_techniques(disco_profile):
    prompts = [compose_with_picture(disco_profile, variation=seed) for seed in range(4)]
    assert len({prompt.technique for prompt in prompts}) == 4
    for prompt in prompts:
        layout = load_techniques()[prompt.technique].layouts[prompt.composition]
        assert (layout.photograph, prompt.motif, prompt.subjects) == (True, "", [])
        [subject] = [phrase for phrase in prompt.phrases if phrase.part == "subject"]
        assert (subject.source, subject.detail) == ("picture", "a dog on your own picture")
        assert "a photograph of a dog" in subject.text.lower()
        assert subject.text in prompt.text
        assert prompt.brief is None
        assert prompt.palette == disco_profile.palette


def test_cover_without_a_picture_prints_none(disco_profile):
    prompts = [compose(disco_profile, CoverOptions(variation=seed), []) for seed in range(40)]
    assert not any(load_techniques()[p.technique].layouts[p.composition].photograph for p in prompts)
    assert not {"cut_out", "send_picture"} & prompts[0].to_json().keys()
    assert compose_with_picture(disco_profile).to_json()["cut_out"]["label"] == "dog"


def test_photograph_is_named_after_its_subject():
    for label, face_count, text in (
        ("", 0, "a photograph"),
        ("umbrella", 0, "a photograph of an umbrella"),
        ("sea", 0, "a photograph of the sea"),
        ("person", 0, "a photograph of a person"),
        ("portrait", 1, "a portrait photograph"),
        ("", 1, "a portrait photograph"),
        ("portrait", 3, "a photograph of three people"),
        ("", 9, "a photograph of a group of people"),
        ("bus", 2, "a photograph of a bus"),
    ):
        assert describe_photograph(create_cut_out(label, [FACE] * face_count)) == text


def test_direction_and_look_keep_the_picture(disco_profile):
    """What cannot print a photograph gives way, and the picture's own subject is drawn."""
    directed = compose_with_picture(disco_profile, direction="a mosaic of my dog with an owl")
    assert load_techniques()[directed.technique].prints_photographs
    assert directed.undrawn == ["mosaic", "owl"]
    assert compose_with_picture(disco_profile, direction="a linocut").technique == "linocut"
    series_part = plan_series_part(CoverOptions(look="neon-sign"), [])
    in_series = compose_with_picture(disco_profile, series_part=series_part, look="neon-sign")
    assert load_techniques()[in_series.technique].layouts[in_series.composition].photograph
    assert in_series.palette == list(series_part.palette)


def test_brief_says_what_the_reference_is_and_keeps(disco_profile):
    prompt = compose_with_picture(disco_profile, send_picture=True)
    assert prompt.send_picture
    brief = prompt.brief.text
    assert "the reference image, a photograph of a dog" in brief
    assert "clearly recognizable" in brief
    sources = {phrase.part: phrase.source for phrase in prompt.brief.phrases}
    assert (sources["scene"], sources["framing"]) == ("picture", "built_in")
    assert "every face" not in brief
    group = compose_with_picture(disco_profile, "portrait", [FACE] * 2, None, send_picture=True)
    assert "all of the reference image, a photograph of two people" in group.brief.text
    assert "every face" in group.brief.text
    assert "own background" not in group.brief.text


def test_words_only_prints_the_picture_in_its_own_style():
    circumstances = Circumstances(None, Recent(), has_image_model=False, cut_out=create_cut_out())
    options = CoverOptions(picture=PICTURE, style_pictures=[PICTURE])
    prompt = write_from_words("", options, circumstances)
    assert prompt.cut_out == create_cut_out()
    assert "picture" in {phrase.source for phrase in prompt.phrases}
    assert not prompt.bundled_style
