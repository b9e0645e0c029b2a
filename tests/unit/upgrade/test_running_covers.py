"""Covers that are being made during an upgrade: the execution keeps the earlier version's state machine."""

import pytest

from coverart.aws import clients
from coverart.models import Prompt, read_model
from coverart.store.candidates import read_candidates
from coverart.store.covers import Covers
from detect.app import DetectInput
from generate.app import GenerateInput
from prompt.app import PromptInput
from publish.app import PublishInput
from stylize.app import StylizeInput
from tests.unit.upgrade.stored_items import BOUGHT, DEMO, RUNNING, stored_item

ITEM = stored_item("CoversTable", DEMO, BOUGHT)
COVER = {"listener_id": DEMO, "cover_id": BOUGHT}
MUSIC = {"songs": ITEM["fetched"]["songs"], "artworks": ITEM["detected"]["artworks"]}
STYLIZE = {**COVER, **MUSIC, "painting": ITEM["painting"], "options": ITEM["request"]["options"]}


@pytest.mark.parametrize("prompt", [ITEM["prompt"], {"prompts": [ITEM["prompt"]]}])
@pytest.mark.parametrize(("input_model", "event"), [(GenerateInput, COVER), (StylizeInput, STYLIZE)])
def test_step_of_a_candidate_reads_the_earlier_input(input_model, event, prompt):
    step_input = read_model(input_model, {**event, "prompt": prompt})
    assert (step_input.candidate, step_input.prompt.text) == (0, ITEM["prompt"]["text"])


def test_detect_and_prompt_read_an_earlier_input_without_a_picture():
    detect_input = read_model(DetectInput, {**COVER, "songs": MUSIC["songs"]})
    prompt_input = read_model(PromptInput, {**COVER, **MUSIC, "title": "", "options": ITEM["request"]["options"]})
    assert (detect_input.options.picture, prompt_input.cut_out) == (None, None)
    # What they store without a picture, an earlier version can read after a rollback.
    assert not {"cut_out", "send_picture"} & read_model(Prompt, ITEM["prompt"]).to_json().keys()


def test_publish_reads_the_pictures_of_the_only_candidate():
    request = {"source": ITEM["request"]["source"], "options": ITEM["request"]["options"], "replace_own": True}
    event = {**COVER, **request, "title": "", "pictures": ITEM["pictures"]}
    assert read_model(PublishInput, event).images.cover == ITEM["pictures"]["cover"]


def test_running_cover_has_candidates_from_its_next_step_on(read_keys):
    covers = Covers(clients.get_table("CoversTable"))
    covers.begin_step(DEMO, RUNNING, "generate", 0)
    [candidate] = read_candidates(covers.get(DEMO, RUNNING))
    assert (candidate["step"], candidate["prompt"]) == ("generate", stored_item("CoversTable", DEMO, RUNNING)["prompt"])
