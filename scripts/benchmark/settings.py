"""What each function would take with other memory, and which setting is the cheapest, the fastest, and between them."""

from collections.abc import Iterator, Mapping

from coverart.models import STEPS
from scripts import memory
from scripts.benchmark.report import Row
from scripts.costs import PAINTING_SECONDS
from scripts.memory import Call, Function

DURATION, COST, CHOICE, COVER = "Duration by memory", "Cost by memory", "Memory", "A cover's Lambda"
# Generate, where it waits for an image model.
PAINTED_ELSEWHERE = "generate, image model"
# And where it does both, as often.
EITHER = "generate, either"
GROUPS = {
    DURATION: (
        "Seconds of a call, cold and warm, predicted from *Invocations* by what Lambda publishes: a processor for each "
        f"{memory.PROCESSOR_MB:,} MB, of which one thread uses one at most; waiting for others takes as long with any "
        f"memory. *{PAINTED_ELSEWHERE}*: where it waits {PAINTING_SECONDS} s for that."
    ),
    COST: "US cents for a thousand of these calls, by Lambda's price; the start of a process is billed, too.",
    CHOICE: (
        f"MB. *Needed*: {memory.MARGIN} times the peak memory and, where others' pictures are read, room for the "
        f"largest that is taken ({memory.READING_MB} MB). Of the settings above that, a cold call and a warm one "
        "weighed alike: *cheapest*; *fastest*; *balanced*, for which cost and duration, each as a part of the most "
        "that it comes to, have the least sum (AWS Lambda Power Tuning's strategy of that name, weight 0.5). "
        f"*Template*: what it has. *{EITHER}*: painter and image model weighed alike."
    ),
    COVER: (
        "What Lambda takes for one cover with the template's memory, by the built-in painter, and what waiting for an "
        "image model adds."
    ),
}


def measure(functions: Mapping[str, Function]) -> Iterator[Row]:
    template = memory.of_template()
    everything = {**functions, PAINTED_ELSEWHERE: waiting(functions["generate"])}
    for room, function in everything.items():
        for state, call in (("cold", function.cold), ("warm", function.warm)):
            for setting in memory.SETTINGS:
                yield Row(DURATION, f"{room}, {state}", f"{setting} MB", "s", [call.seconds(setting)])
                yield Row(COST, f"{room}, {state}", f"{setting} MB", "cents", [call.usd(setting) * 100_000])
    for room, function in everything.items():
        chosen = {
            "needed": function.least,
            "cheapest": function.cheapest(),
            "fastest": function.fastest(),
            "balanced": memory.balanced(function),
            "template": template[room.partition(",")[0]],
        }
        for measure, megabytes in chosen.items():
            yield Row(CHOICE, room, measure, "MB", [megabytes])
    either = memory.balanced(everything["generate"], everything[PAINTED_ELSEWHERE])
    yield Row(CHOICE, EITHER, "balanced", "MB", [either])
    yield from _cover(functions, template)


def waiting(function: Function) -> Function:
    def longer(call: Call) -> Call:
        return Call(call.alone, call.paired, call.waiting + PAINTING_SECONDS)

    return Function(longer(function.warm), longer(function.cold), function.peak_mb, function.reads_pictures)


def _cover(functions: Mapping[str, Function], template: Mapping[str, int]) -> Iterator[Row]:
    rooms = ("accept", *STEPS)
    waited = PAINTING_SECONDS * template["generate"] / 1024
    for state in ("cold", "warm"):
        taken = {room: getattr(functions[room], state).gb_seconds(template[room]) for room in rooms}
        usd = {room: getattr(functions[room], state).usd(template[room]) for room in rooms}
        taken |= {"together": sum(taken.values()), "waiting for an image model": waited}
        usd |= {"together": sum(usd.values()), "waiting for an image model": waited * memory.GB_SECOND}
        for subject in taken:
            yield Row(COVER, subject, f"GB-seconds, {state}", "GB-s", [taken[subject]])
            yield Row(COVER, subject, f"cents, {state}", "cents", [usd[subject] * 100])
