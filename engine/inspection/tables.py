"""A dossier as tables in long form: one value a row, for spreadsheets and data frames.

Frames and people are counted from 0 everywhere; ``person`` is empty where an answer is about
everybody at once. Places without a value (a joint that is not seen, a link that is not there) have
no row.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.inspection.dossier import Dossier, Part
from engine.prediction import Explanation, LinkMap, Node
from engine.skeleton import SkeletonLayout

Cell = str | int | float | None
Row = tuple[Cell, ...]

FRAME = "of the recording, from 0"
CENTRE = "recording frame that a step of the network is centred on, fractional"
PERSON = "index, from 0; empty where everybody is meant"
NETWORK = "which of the model's networks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One file."""

    part: Part
    columns: dict[str, str]
    """Names and what they mean, in order."""
    rows: Callable[[Dossier], Iterator[Row]]

    @property
    def file_name(self) -> str:
        """Of the table."""
        return f"{self.part.value}.csv"


def _answers(dossier: Dossier) -> Iterator[Row]:
    for number, prediction in enumerate(dossier.answer.predictions):
        for name, share in prediction.top(len(prediction.class_names)):
            yield prediction.person, int(number == dossier.answer.main), name, share


def _weights(name: Row, weights: FloatArray, start: int, layout: SkeletonLayout) -> Iterator[Row]:
    """Cells of a map ``(T, M, V)`` after the cells that name it."""
    for frame, person, joint in np.argwhere(~np.isnan(weights)):
        at = int(frame) + start, int(person), layout.joints[joint]
        yield *name, *at, float(weights[frame, person, joint])


def _joints(dossier: Dossier) -> Iterator[Row]:
    for explanation in dossier.answer.explanations:
        for each in explanation.joint_maps:
            name = (explanation.network, each.name)
            yield from _weights(name, each.weights, explanation.start, _layout(dossier))


def _layout(dossier: Dossier) -> SkeletonLayout:
    return dossier.clip.recording.layout


def _links(dossier: Dossier) -> Iterator[Row]:
    for explanation in dossier.answer.explanations:
        for link in explanation.links:
            yield from _link_rows(explanation, link, _layout(dossier))


def _link_rows(explanation: Explanation, link: LinkMap, layout: SkeletonLayout) -> Iterator[Row]:
    nodes = {Node.JOINT: layout.joints, Node.PART: tuple(part.name for part in layout.parts)}
    asking, asked = nodes[link.asking], nodes[link.asked]
    for step, person, head, row, column in np.argwhere(~np.isnan(link.weights)):
        yield (
            explanation.network,
            link.name,
            float(link.centres[step]),
            int(person),
            int(head),
            asking[row],
            asked[column],
            float(link.weights[step, person, head, row, column]),
        )


def _times(dossier: Dossier) -> Iterator[Row]:
    joints = _layout(dossier).joints
    for explanation in dossier.answer.explanations:
        for each in explanation.times:
            for person, joint, head, row, column in np.argwhere(~np.isnan(each.weights)):
                yield (
                    explanation.network,
                    each.name,
                    int(person),
                    joints[joint],
                    int(head),
                    float(each.centres[row]),
                    float(each.centres[column]),
                    float(each.weights[person, joint, head, row, column]),
                )


def _points(dossier: Dossier) -> Iterator[Row]:
    for explanation in dossier.answer.explanations:
        for each in explanation.points:
            for frame, place, magnitude in zip(
                each.frames, each.positions, each.magnitudes, strict=True
            ):
                at = tuple(float(axis) for axis in place)
                yield explanation.network, each.name, float(frame), *at, float(magnitude)


def _deletion(dossier: Dossier) -> Iterator[Row]:
    for curve in dossier.curves:
        for share, probability in zip(curve.shares, curve.guided, strict=True):
            yield curve.map_name, curve.person, curve.action, float(share), float(probability)
    for curve in dossier.curves[:1]:  # the random orders are the same for all
        for number, course in enumerate(curve.random, start=1):
            for share, probability in zip(curve.shares, course, strict=True):
                name = f"random {number}"
                yield name, curve.person, curve.action, float(share), float(probability)


def _delay(dossier: Dossier) -> Iterator[Row]:
    delay = dossier.delay
    if delay is None:
        return
    for prefix, action in np.argwhere(~np.isnan(delay.probabilities)):
        yield (
            int(delay.stops[prefix]) - 1,
            float(delay.seconds[prefix]),
            delay.person,
            delay.class_names[action],
            float(delay.probabilities[prefix, action]),
        )


def _occlusion(dossier: Dossier) -> Iterator[Row]:
    found = dossier.occlusion
    if found is None:
        return
    before, after = np.exp(found.baseline), np.exp(found.log_probabilities)
    for block, person, joint, action in np.argwhere(~np.isnan(after)):
        yield (
            int(found.edges[block]),
            int(found.edges[block + 1]),
            int(person),
            _layout(dossier).joints[joint],
            found.class_names[action],
            float(before[person, action]),
            float(after[block, person, joint, action]),
        )


def _contrast(dossier: Dossier) -> Iterator[Row]:
    for each in dossier.contrasts:
        name = (each.name, each.first, each.second)
        yield from _weights(name, each.weights, dossier.clip.start, _layout(dossier))


TABLES: tuple[Table, ...] = (
    Table(
        part=Part.ANSWERS,
        columns={
            "person": PERSON,
            "main": "1 for the person who moves most, else 0",
            "action": "one of the model's",
            "probability": "0..1",
        },
        rows=_answers,
    ),
    Table(
        part=Part.JOINTS,
        columns={
            "network": NETWORK,
            "map": "name of the joint map",
            "frame": FRAME,
            "person": PERSON,
            "joint": "of the recording's layout",
            "weight": "0..1, the largest of a map of focus is 1",
        },
        rows=_joints,
    ),
    Table(
        part=Part.LINKS,
        columns={
            "network": NETWORK,
            "map": "name of the link map",
            "frame": CENTRE,
            "person": PERSON,
            "head": "of the attention, from 0",
            "asking": "joint or part that attends",
            "asked": "joint or part that is attended to",
            "weight": "as the network uses it",
        },
        rows=_links,
    ),
    Table(
        part=Part.TIMES,
        columns={
            "network": NETWORK,
            "map": "name of the time map",
            "person": PERSON,
            "joint": "whose moments they are",
            "head": "of the attention, from 0",
            "asking_frame": CENTRE,
            "asked_frame": CENTRE,
            "weight": "as the network uses it",
        },
        rows=_times,
    ),
    Table(
        part=Part.POINTS,
        columns={
            "network": NETWORK,
            "map": "name of the point map",
            "frame": CENTRE,
            "x": "in the recording's coordinates and units",
            "y": "the same",
            "z": "the same",
            "magnitude": "0 or more",
        },
        rows=_points,
    ),
    Table(
        part=Part.DELETION,
        columns={
            "order": "map whose favourites stand still first, or random 1, random 2, ...",
            "person": PERSON,
            "action": "the first answer with everything shown",
            "share": "of the joints that stand still, 0..1",
            "probability": "of that action",
        },
        rows=_deletion,
    ),
    Table(
        part=Part.DELAY,
        columns={
            "last_frame": "the last one that the model has seen, of the recording, from 0",
            "seconds": "from the clip's first frame to that one",
            "person": PERSON,
            "action": "one of the model's",
            "probability": "0..1",
        },
        rows=_delay,
    ),
    Table(
        part=Part.OCCLUSION,
        columns={
            "first_frame": "from which the joint stands still",
            "stop_frame": "frame after the last in which it does",
            "person": PERSON,
            "joint": "which stands still",
            "action": "one of the model's",
            "before": "probability with everything shown",
            "after": "probability with the joint standing still",
        },
        rows=_occlusion,
    ),
    Table(
        part=Part.CONTRAST,
        columns={
            "map": "what was compared, of which network",
            "first": "the action above zero",
            "second": "the action below zero",
            "frame": FRAME,
            "person": PERSON,
            "joint": "of the recording's layout",
            "weight": "-1..1",
        },
        rows=_contrast,
    ),
)
