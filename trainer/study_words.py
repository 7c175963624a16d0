"""What ``skelarium study train`` prints: forecasts, runs and outcomes, in lines and as JSON."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from engine.study.durations import about
from trainer.run_watch import RunWatch

if TYPE_CHECKING:
    from engine.study.forecast import Forecast
    from engine.study.outcome import Outcome
    from trainer.receipts import Run
    from trainer.run_watch import RunState


def describe_forecast(will: "Forecast") -> dict[str, object]:
    """What a run would use, with stable keys."""
    return {
        "can_start": will.can_start,
        "refusal": will.refusal,
        "mode": will.mode.value,
        "base": will.base_id,
        "networks": list(will.networks),
        "clips": will.num_clips,
        "actions": [
            {
                "name": each.name,
                "segments": each.segments,
                "clips": each.clips,
                "by_actor": dict(each.by_actor),
                "doubt": each.doubt,
            }
            for each in will.actions
        ],
        "class_names": list(will.class_names),
        "held_out": will.held_out_text,
        "left_out": [each.text for each in will.left_out],
        "doubts": list(will.doubts),
        "seconds": round(will.seconds, 1),
    }


def forecast_text(will: "Forecast") -> str:
    """What a run would use, in some lines."""
    if not will.can_start:
        return f"{will.refusal}\n"
    lines = [
        f"{will.mode.value} from {will.base_id or 'chance'}: {will.summary}; {about(will.seconds)}",
        f"  {will.held_out_text}",
        *(f"  left out: {each.text}" for each in will.left_out),
        *(f"  {each}" for each in will.doubts),
    ]
    return "".join(f"{line}\n" for line in lines)


def describe_run(run: "Run", state: "RunState | None" = None) -> dict[str, object]:
    """A run with stable keys."""
    state = RunWatch(run.folder).poll() if state is None else state
    return {
        "number": run.number,
        "title": run.title,
        "folder": str(run.folder),
        "mode": run.mode.value,
        "base": run.receipt.base_id,
        "model": run.receipt.model_id,
        "phase": state.phase.value,
        "doing": state.doing,
        "share_done": round(state.share_done, 4),
        "seconds_left": None if state.seconds_left is None else round(state.seconds_left, 1),
        "accuracy": state.accuracy,
        "package": None if state.package is None else str(state.package),
        "can_go_on": state.can_go_on,
        "message": state.message,
    }


def state_text(state: "RunState") -> str:
    """How a run stands, in one line."""
    words = [state.phase.value]
    if state.doing and state.doing != state.phase.value:
        words.append(state.doing)
    points = [point for curve in state.curves[-1:] for point in curve.points[-1:]]
    for point in points if not state.phase.is_over else ():
        words.append(f"pass {point.number}, loss {point.loss:.3f}")
        if point.accuracy is not None:
            words.append(f"{point.accuracy:.1%} of those who watch")
    if state.accuracy is not None:
        words.append(f"{state.accuracy:.1%} right")
    if state.message:
        words.append(state.message)
    return ", ".join(words)


def describe_outcome(outcome: "Outcome | None") -> dict[str, object] | None:
    """What came of a run, with stable keys."""
    if outcome is None:
        return None
    held, fair = outcome.held_out, outcome.comparable
    return {
        "old_model": outcome.old_model,
        "new_model": outcome.new_model,
        "held_out": len(held),
        "right": sum(each.after == each.label for each in held),
        "compared": len(fair),
        "right_before": sum(each.before == each.label for each in fair),
        "right_after": sum(each.after == each.label for each in fair),
        "old_segments": None if outcome.old_segments is None else asdict(outcome.old_segments),
        "new_segments": None if outcome.new_segments is None else asdict(outcome.new_segments),
        "seconds": outcome.seconds,
        "note": outcome.note,
    }


def outcome_text(outcome: "Outcome | None") -> str:
    """What came of a run, in some lines."""
    if outcome is None:
        return ""
    held, fair = outcome.held_out, outcome.comparable
    lines = [f"model: {outcome.new_model}"]
    if held:
        right = sum(each.after == each.label for each in held)
        lines.append(f"clips held out: {right} of {len(held)} right ({right / len(held):.1%})")
    if fair and outcome.old_model:
        before = sum(each.before == each.label for each in fair)
        after = sum(each.after == each.label for each in fair)
        lines.append(f"{outcome.old_model} on {len(fair)} of them: {before}; the new one: {after}")
    for title, each in (("before", outcome.old_segments), ("now", outcome.new_segments)):
        if each is not None:
            lines.append(
                f"segment F1@0.5 {title}: {each.f1:.3f} (precision {each.precision:.3f}, recall "
                f"{each.recall:.3f}; {each.num_segments} in {each.num_recordings} recordings)"
            )
    lines.append(outcome.note)
    return "".join(f"{line}\n" for line in lines)
