"""A dossier in few figures, with stable keys: what ``explain.json`` holds."""

from engine.inspection.delay import DecisionDelay, Moment
from engine.inspection.deletion import DeletionCurve, mean_weights
from engine.inspection.dossier import Dossier, Part
from engine.inspection.occlusion import Occlusion
from engine.skeleton import SkeletonLayout

TOP = 5
"""Actions and joints that are named."""
DIGITS = 6

Figures = dict[str, object]


def summary_of(dossier: Dossier) -> Figures:
    """Answers and what was measured; people and frames are counted from 0."""
    layout = dossier.clip.recording.layout
    told: Figures = {
        "start": dossier.clip.start,
        "stop": dossier.clip.stop,
        "layout": layout.id,
        "people": _people(dossier),
        "about": dossier.answer.predictions[dossier.about].person,
        "maps": [
            {
                "network": explanation.network,
                "joint_maps": [
                    {"name": each.name, "strongest": round(each.strongest, DIGITS)}
                    for each in explanation.joint_maps
                ],
                "link_maps": [each.name for each in explanation.links],
                "time_maps": [each.name for each in explanation.times],
                "point_maps": [each.name for each in explanation.points],
            }
            for explanation in dossier.answer.explanations
        ],
    }
    if dossier.curves:
        told["deletion"] = [_deletion(curve, layout) for curve in dossier.curves]
    if dossier.delay is not None:
        told["delay"] = _delay(dossier.delay)
    if dossier.occlusion is not None and Part.OCCLUSION in dossier.parts:
        told["occlusion"] = _occlusion(dossier.occlusion, layout)
    if dossier.contrasts:
        told["contrast"] = [
            {
                "name": each.name,
                "first": each.first,
                "second": each.second,
                "strongest": round(each.strongest, DIGITS),
                "unit": each.unit,
            }
            for each in dossier.contrasts
        ]
    if dossier.stages:
        told["seen"] = [
            {
                "name": stage.name,
                "frames": len(stage.frames),
                "dropped": len(stage.dropped),
                "repeated": int(stage.repeated.sum()),
                "networks": list(stage.networks),
            }
            for stage in dossier.stages
        ]
    told["notes"] = list(dossier.notes)
    return told


def _people(dossier: Dossier) -> list[Figures]:
    return [
        {
            "person": prediction.person,
            "main": number == dossier.answer.main,
            "is_none": prediction.is_none,
            "top": [
                {"action": name, "probability": round(share, DIGITS)}
                for name, share in prediction.top(TOP)
            ],
        }
        for number, prediction in enumerate(dossier.answer.predictions)
    ]


def _deletion(curve: DeletionCurve, layout: SkeletonLayout) -> Figures:
    return {
        "map": curve.map_name,
        "action": curve.action,
        "person": curve.person,
        "area": round(curve.guided_area, DIGITS),
        "random_area": round(float(curve.random_areas.mean()), DIGITS),
        "random_spread": round(curve.random_spread, DIGITS),
        "advantage": round(curve.advantage, DIGITS),
        "beaten": round(curve.beaten, DIGITS),
        "random_orders": len(curve.random),
        "first": [
            {"person": int(person), "joint": layout.joints[joint]}
            for person, joint in curve.order[:TOP]
        ],
    }


def _delay(delay: DecisionDelay) -> Figures:
    return {
        "answer": delay.class_names[delay.answer],
        "person": delay.person,
        "first_on_top": _moment(delay.first_on_top),
        "settled": _moment(delay.settled),
    }


def _moment(moment: Moment) -> Figures:
    return {
        "frame": moment.frame,
        "seconds": round(moment.seconds, DIGITS),
        "share": round(moment.share, DIGITS),
    }


def _occlusion(found: Occlusion, layout: SkeletonLayout) -> Figures:
    joint_map = found.joint_map()
    means = mean_weights(joint_map.weights)
    cells = [
        (float(weight), person, joint)
        for person, row in enumerate(means)
        for joint, weight in enumerate(row)
        if weight > 0
    ]
    return {
        "map": joint_map.name,
        "strongest": round(joint_map.strongest, DIGITS),
        "blocks": len(found.edges) - 1,
        "most": [
            {
                "person": person,
                "joint": layout.joints[joint],
                "lost": round(weight * joint_map.strongest, DIGITS),
            }
            for weight, person, joint in sorted(cells, reverse=True)[:TOP]
        ],
    }
