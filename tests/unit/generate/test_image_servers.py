"""Answers and errors of image servers other than OpenAI's, as people met them."""

import base64

import pytest

from coverart import errors
from generate import openai_images
from generate.openai_images import ImageModel
from scripts.fakes.openai import paint
from tests.unit.generate.test_openai_images import create_model, fail_next, fake, server

__all__ = ["fake", "server"]

PICTURE = paint("A cat", "png")
BASE64 = base64.b64encode(PICTURE).decode()


@pytest.mark.parametrize(
    "image",
    [
        {"b64_json": BASE64, "revised_prompt": None, "url": None},  # LiteLLM
        {"b64_json": None, "url": f"data:image/png;base64,{BASE64}"},
        {"b64_json": f"data:image/png;base64,{BASE64}"},
        {"b64_json": "\r\n".join(BASE64[start : start + 76] for start in range(0, len(BASE64), 76)) + "\n"},
        {"url": "/pictures/a"},  # LocalAI, llama-swap
        {"url": "../pictures/a", "index": 0, "embedding": None},
    ],
    ids=["nulls", "data URL", "data URL as Base64", "lines", "path", "relative path"],
)
def test_answer_of_another_server_is_read_after_one_call(fake, image):
    fake.state.pictures["a"] = (PICTURE, "png")
    fail_next(fake, 200, {"created": 1, "data": [image], "usage": None})
    assert create_model(fake).paint("A cat", "ada").image_bytes == PICTURE
    assert [request["path"] for request in fake.state.recorder.requests][:1] == ["/v1/images/generations"]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://127.0.0.1:10002/generated-images/a.png", "not the image server's own"),
        ("http://localhost/a.png", "not the image server's own"),
        ("file:///etc/passwd", "not the image server's own"),
        ("https://[", "not valid"),
    ],
)
def test_picture_elsewhere_is_said_to_the_owner(fake, url, sentence):
    fail_next(fake, 200, {"created": 1, "data": [{"url": url}]})
    with pytest.raises(errors.PaintingElsewhereError, match=sentence):
        create_model(fake).paint("A cat", "ada")
    assert len(fake.state.recorder.requests) == 1


def unsupported(sentence, **fields):
    return {"error": {"message": sentence, "type": "None", "param": None, "code": "400", **fields}}


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [
        (400, {"code": "400", "error": "Argument not supported: size"}, "size"),  # xAI
        (400, {"code": "400", "error": "Argument not supported: quality"}, "quality"),
        (400, unsupported("UnsupportedParamsError: Setting `moderation` is not supported by azure."), "moderation"),
        (400, unsupported("Unknown name \"safety_identifier\": Cannot find field.", param=""), "safety_identifier"),
        (400, unsupported("Invalid value: 'low'. Supported values are: 'standard' and 'hd'."), "quality"),
        (400, [unsupported("Invalid JSON payload: Unknown name \"output_format\".", code=400)], "output_format"),
        (400, unsupported("Additional properties are not allowed ('output_format' was unexpected)"), "output_format"),
        (400, unsupported("No.", param="body.size"), "size"),
        (400, unsupported("AzureException - {\"message\": \"Unknown parameter: 'extra_body'.\"}"), "safety_identifier"),
        (400, unsupported("UnsupportedParamsError: Unsupported size value '1024x1024' for MAI-Image-2.5."), "size"),
        (
            422,  # FastAPI
            {"detail": [{"type": "extra_forbidden", "loc": ["body", "moderation"], "input": "auto"}]},
            "moderation",
        ),
        (422, {"error": "unexpected keyword argument 'quality'"}, "quality"),
    ],
)  # fmt: skip
def test_parameter_refused_in_words_is_omitted(fake, status, body, name):
    fail_next(fake, status, body)
    assert create_model(fake).paint("A cat", "ada").image_bytes
    first, second = fake.state.recorder.requests
    assert set(first["fields"]) - set(second["fields"]) == {name}


@pytest.mark.parametrize(
    "body",
    [
        unsupported("The prompt is too long for this size.", param="prompt", revised_prompt="Blocked by moderation."),
        {"detail": [{"loc": ["body", "prompt"], "msg": "Input is not valid", "input": "size quality moderation"}]},
        unsupported("The size of the request is too large."),
    ],
)
def test_other_refusal_omits_no_parameter(fake, body):
    fail_next(fake, 400, body)
    with pytest.raises(errors.ImageModelRefusedError, match="status 400"):
        create_model(fake).paint("A cat", "ada")
    assert len(fake.state.recorder.requests) == 1


def error(message, code=None, **fields):
    return {"error": {"message": message, "code": code, "type": None, "param": None, **fields}}


BLOCKED = [
    (400, error("The prompt triggered the content management policy.", "content_filter", param="prompt")),  # Azure
    (400, error("Blocked.", "contentFilter", innererror={"code": "ResponsibleAIPolicyViolation"})),
    (400, error("litellm.ContentPolicyViolationError: Your request was rejected by the safety system.", "400")),
    (400, [error("The prompt contains sensitive words that violate Responsible AI practices.", 400)]),  # Google
    (400, error("Invalid argument.", 400, details=[{"reason": "PUBLIC_ERROR_UNSAFE_GENERATION"}])),
    (400, {"code": "Client specified an invalid argument", "error": "Image rejected by content moderation."}),  # xAI
    (403, error("Your chosen model requires moderation and your input was flagged.", 403)),  # OpenRouter
    (422, {"detail": "NSFW content detected."}),
    (500, error("Gemini image generation blocked [IMAGE_SAFETY].", "channel:image_generation_failed", param="")),
]
NO_CREDIT = [
    (402, error("Insufficient credits.", 402)),
    (402, {"detail": "Please pay."}),
    (400, error("OpenAIException - Billing hard limit has been reached.", "400", type="billing_limit_user_error")),
    (400, error("Budget has been exceeded! Current cost: 5.1, Max budget: 5.0", "400", type="budget_exceeded")),
    (429, error("No deployments available - crossed budget: Exceeded budget for deployment: 0.36 >= 1d", "429")),
    (400, error("ExceededBudget: End User=a over budget. Spend=0.2, Budget=0.1", "400", param="size")),
    (403, {"code": "No permission.", "error": "Your newly created team doesn't have any credits yet."}),  # xAI
    (429, {"code": "Exhausted.", "error": "Your team has used all available credits or reached its spending limit."}),
    (429, error("You exceeded your current quota, please check your plan and billing details.", "429")),  # LiteLLM
]
REFUSALS = {
    (errors.ImageModelRefusedError, "no credit left"): NO_CREDIT,
    (errors.ImageModelRefusedError, "account .* is not active"): [
        (429, error("Your account is not active, please check your billing details.", "billing_not_active")),
        (400, [error("Imagen API is only accessible to billed users at this time.", 400)]),  # Google
        (403, error("Your resource has been temporarily blocked: it may violate our content policy.", "Forbidden")),
        (422, error("Rejected by moderation. (Reason: Your resource has been temporarily blocked)", param="size")),
    ],
    (errors.ImageModelRefusedError, "rejected the API key"): [
        (400, [error("API key not valid. Please pass a valid API key.", 400, status="INVALID_ARGUMENT")]),  # Google
        (400, {"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xa***."}),  # xAI
        (401, {"statusCode": 401, "message": "Access denied due to invalid subscription key."}),  # Azure
        (401, {"detail": "Not authenticated"}),
        (400, error("No connected db.", "400", type="no_db_connection")),  # LiteLLM
    ],
    (errors.ImageModelRefusedError, "key may not use this image model"): [
        (403, error("Project `proj_x` does not have access to model `y`", "model_not_found")),
        (401, error("key not allowed to access model. It can access models=['z']", type="key_model_access_denied")),
    ],
    (errors.ImageModelRefusedError, "was shut down"): [
        (404, error("The model `dall-e-3` has been deprecated.", "model_not_found")),
        (400, error("This model was decommissioned and is no longer supported.", "model_decommissioned")),
        (410, {"detail": "Gone"}),
    ],
    (errors.ImageModelRefusedError, "has no such model"): [
        (404, error("The model 'y' does not exist or you do not have access to it.", "model_not_found")),
        (404, error("The API deployment for this resource does not exist.", "DeploymentNotFound")),  # Azure
        (400, error("image_generation: Invalid model name passed in model=y. Call `/v1/models`.", "400")),  # LiteLLM
        (404, {"detail": "Model y not found"}),
    ],
    (errors.ImageModelRefusedError, "no Images API at the owner's address"): [
        (404, "<html><title>404 Not Found</title></html>"),
        (404, {"detail": "Not Found"}),
        (405, {"detail": "Method Not Allowed"}),
    ],
    (errors.ImageModelRefusedError, "requires the owner's organization to be verified"): [
        (403, error("Your organization must be verified to use the model `gpt-image-2`."))
    ],
    (errors.ImageModelRefusedError, "country or network"): [
        (403, error("Country, region, or territory not supported", "unsupported_country_region_territory")),
        (400, [error("User location is not supported for the API use.", 400, status="FAILED_PRECONDITION")]),
    ],
    (errors.ImageModelRefusedError, "may not generate images"): [
        (403, error("You have insufficient permissions for this operation. Missing scopes: model.request"))
    ],
    (errors.ImageModelRefusedError, "refuses the owner's key or network"): [(403, "<html>Attention Required!</html>")],
    (errors.PromptBlockedError, "rejected this prompt"): BLOCKED,
    (errors.ImageModelBusyError, "busy"): [
        (429, error("No deployments available for selected model, Try again in 5 seconds.", "429")),  # LiteLLM
        (429, [error("You exceeded your current quota. Please retry in 33.4s.", 429, status="RESOURCE_EXHAUSTED")]),
    ],
    (errors.ImageModelBusyError, "temporary fault"): [(502, "<html>Bad gateway</html>"), (530, ""), (500, ["x"])],
    (errors.PaintingLostError, "did not respond in time"): [
        *((status, f"<html><title>{status}</title></html>") for status in (408, 504, *range(520, 525))),
        (408, error("litellm.Timeout: APITimeoutError - Request timed out.", "408")),
        (500, error("litellm.APIConnectionError: Connection timed out.", "500")),
        (400, {"detail": "[ERROR: Server disconnected]", "param": "size"}),  # Open WebUI
    ],
}


@pytest.mark.parametrize(
    ("error_class", "sentence", "status", "body"),
    [(*expected, *answer) for expected, answers in REFUSALS.items() for answer in answers],
)
def test_error_of_another_server_has_its_reason(fake, error_class, sentence, status, body):
    fail_next(fake, status, body)
    with pytest.raises(error_class, match=sentence):
        create_model(fake).paint("A cat", "ada")
    assert len(fake.state.recorder.requests) == 1


def test_address_that_is_no_http_url_is_said_to_the_owner():
    for base_url in ("127.0.0.1:8080/v1", "ftp://127.0.0.1/v1"):
        with pytest.raises(errors.ImageModelRefusedError, match="parameter OpenAiBaseUrl"):
            ImageModel(openai_images.create_client("sk", base_url, 5), "m", "low", 5).paint("A cat", "ada")
    with pytest.raises(errors.ConfigurationError, match="OpenAiBaseUrl"):
        openai_images.create_client("sk", "http://127.0.0.1:port/v1", 5)
