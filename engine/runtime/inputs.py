"""From recordings to what networks are fed with: joints, people, placements, streams."""

from dataclasses import dataclass, replace

import numpy as np

from engine.architectures.base import Feeds
from engine.arrays import BoolArray, FloatArray
from engine.errors import LayoutError
from engine.formats import read_recording
from engine.layouts import layout_by_id
from engine.layouts.maps import LayoutMap, map_between
from engine.preprocess.people import main_people, people_seen, take_people
from engine.preprocess.recipe import Prepared
from engine.preprocess.spatial import to_y_up
from engine.preprocess.streams import stream_of
from engine.recording import Recording
from engine.runtime.cards import ModelCard, NetworkPart
from engine.runtime.windows import window_spans
from engine.samples import SAMPLES
from engine.skeleton import SkeletonLayout

WINDOWS_OF_A_SAMPLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """People of a recording as networks know them."""

    positions: FloatArray
    """``(T, M, V, C)`` float32 on the networks' joints, +y up; NaN where missing."""
    mapping: LayoutMap | None
    """From the recording's joints; None where they are the networks'."""


def bodies_of(recording: Recording, positions: FloatArray, layout: SkeletonLayout) -> Bodies:
    """Positions of a recording on a layout's joints, +y up.

    Args:
        recording: Says what the positions are.
        positions: ``(T, M, V, C)`` of it, any frames and people.
        layout: The networks'.

    Raises:
        LayoutError: The recording's joints cannot be turned into the layout's.
    """
    upright = to_y_up(positions, recording.up)
    if recording.layout.id == layout.id:
        return Bodies(positions=upright, mapping=None)
    mapping = map_between(recording.layout, layout)
    confidence = np.ones(upright.shape[:-1], dtype=np.float32)
    return Bodies(positions=mapping.apply(upright, confidence)[0], mapping=mapping)


def people_to_answer(card: ModelCard, positions: FloatArray) -> tuple[int, ...]:
    """Whom a model is asked about: all who are seen, or as many as it has places for.

    Where it sees people together, those who move most come first.

    Args:
        card: Of the model.
        positions: ``(T, M, V, C)``, NaN where missing.
    """
    if card.people > 1:
        return main_people(positions, card.people)
    return people_seen(positions)


def prepare_people(
    card: ModelCard, positions: FloatArray, people: tuple[int, ...]
) -> list[Prepared]:
    """One input for each person, or a single one that holds all of them.

    Args:
        card: Of the model.
        positions: ``(T, M, V, C)`` on the model's joints, +y up; NaN where missing.
        people: As ``people_to_answer`` says.
    """
    prepare = card.preprocessing.prepare
    if card.people > 1:
        return [prepare(take_people(positions, people, card.people))]
    return [prepare(positions[:, [person]]) for person in people]


def hide_from(
    prepared: list[Prepared], shown: BoolArray, people: tuple[int, ...], places: int
) -> list[Prepared]:
    """The same inputs, with a visibility channel that knows of joints that are stood in for.

    Args:
        prepared: As ``prepare_people`` makes them, by a recipe with visibility.
        shown: ``(T, M, V)`` on the model's joints: False where a joint was not to be seen.
        people: Whom they are of.
        places: How many people are seen together.
    """
    alone = [(person,) for person in people] if places == 1 else [people]
    hidden = []
    for each, of_people in zip(prepared, alone, strict=True):
        inputs = each.inputs.copy()  # (1, C, T, V, places)
        at = np.rint(each.frames).astype(np.int64)
        seen = shown[at][:, list(of_people)].transpose(0, 2, 1)
        inputs[0, -1, :, :, : len(of_people)] *= seen
        hidden.append(replace(each, inputs=inputs))
    return hidden


def feeds_of(card: ModelCard, part: NetworkPart, joints: FloatArray) -> Feeds:
    """What one of a card's networks is fed with.

    Args:
        card: Of the model.
        part: One of its networks.
        joints: ``(N, C, T, V, M)`` prepared joints.
    """
    stream = stream_of(
        joints,
        part.stream,
        layout_by_id(card.layout_id),
        visibility=card.preprocessing.visibility,
    )
    return part.network.feeds(stream)


def sample_joints(card: ModelCard) -> FloatArray | None:
    """Movement to try a model's arithmetic on: windows of the shipped recordings.

    Returns:
        ``(N, C, T, V, M)`` prepared joints; None where the model is about other joints.
    """
    layout = layout_by_id(card.layout_id)
    inputs = []
    for sample in SAMPLES:
        recording = read_recording(sample.path)
        try:
            bodies = bodies_of(recording, recording.positions, layout)
        except LayoutError:
            return None
        spans = list(window_spans(recording, card.windows))
        for span in spans[:: -(-len(spans) // WINDOWS_OF_A_SAMPLE)]:
            window = bodies.positions[span.start : span.stop]
            people = people_to_answer(card, window)
            inputs += [each.inputs for each in prepare_people(card, window, people) if people]
    return np.concatenate(inputs)
