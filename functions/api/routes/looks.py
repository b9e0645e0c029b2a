"""Route of the built-in looks."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api.authentication import Listener
from api.errors import document_responses
from coverart.looks import load_looks
from coverart.models import LetteringPlace, LookId, StrictModel

router = APIGatewayHttpRouter()


class LookResponse(StrictModel):
    """A look for the option `look`.

    `techniques`: the painter's, in turns. `palettes`: the colors of the series' covers, in turns, each as `#rrggbb`.
    `typeface`: of titles, where the option `lettering` sets any.
    """

    id: LookId
    name: str
    techniques: list[str]
    palettes: list[list[str]]
    typeface: str
    place: LetteringPlace


class LooksResponse(StrictModel):
    """All built-in looks."""

    items: list[LookResponse]


@router.get(
    "/api/looks",
    summary="List the built-in looks",
    tags=["covers"],
    responses=document_responses(HTTPStatus.OK, "The looks"),
)
def list_looks(_listener: Listener) -> LooksResponse:
    """Return the looks in the order of the page."""
    return LooksResponse(
        items=[
            LookResponse(
                id=look_id,
                name=look.name,
                techniques=list(look.techniques),
                palettes=[list(palette) for palette in look.palettes],
                typeface=look.typeface,
                place=look.place,
            )
            for look_id, look in load_looks().items()
        ]
    )
