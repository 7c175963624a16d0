"""What is said about training: never a share without how many it is of."""

from datetime import datetime

from app.retrain_result_model import Side, judged_clips, num_flipped, share_of
from app.retrain_state import Checking, Preparing, Running
from app.study_words import capital
from app.timecode import grouped
from engine.judging.shares import Share
from engine.study.forecast import Forecast, RetrainMode
from engine.study.outcome import Outcome, SegmentScore
from trainer.retraining import Run, RunPhase, RunState

NONE = "–"
MINUTE_S, HOUR_S = 60.0, 3600.0
FEW_SECONDS = 3.0


def count_text(count: int, noun: str) -> str:
    """``1 clip``, ``1 040 clips``."""
    return f"{grouped(count)} {noun}" if count == 1 else f"{grouped(count)} {noun}s"


def share_text(share: Share | None) -> str:
    """``33 of 40``; a dash where nobody was asked."""
    return NONE if share is None else f"{grouped(share.count)} of {grouped(share.of)}"


def range_text(share: Share | None) -> str:
    """``83 %, 68 to 91``: the share with its 95 % interval; empty where there is none."""
    if share is None or share.value is None or share.interval is None:
        return ""
    low, high = share.interval
    return f"{share.value:.0%}, {low * 100:.0f} to {high * 100:.0f}".replace(
        "%", "\N{NARROW NO-BREAK SPACE}%"
    )


def score_text(score: SegmentScore | None) -> str:
    """``0.72``; a dash where it was not measured."""
    return NONE if score is None else f"{score.f1:.2f}"


def score_hint(score: SegmentScore | None) -> str:
    """Precision and recall behind it."""
    if score is None:
        return "Not measured: no recording with labels was held out"
    return f"precision {score.precision:.2f}, recall {score.recall:.2f}"


def score_basis(outcome: Outcome) -> str:
    """``61 segments in 5 recordings``: what the F1 is of."""
    score = outcome.new_segments or outcome.old_segments
    if score is None:
        return "not measured: no labelled recording is new to the model"
    segments = count_text(score.num_segments, "segment")
    return f"{segments} in {count_text(score.num_recordings, 'recording')}"


def verdict_text(outcome: Outcome) -> str:
    """The result in a sentence."""
    clips = judged_clips(outcome)
    if not clips:
        return (
            "No clip was held out, so there is nothing to measure it by. Label a second person, "
            "and the next run is judged on people that it was not trained on."
        )
    before, now = share_of(outcome, Side.BEFORE), share_of(outcome, Side.AFTER)
    if before is None:
        return f"Names {share_text(now)} clips right that it was not trained on."
    better, worse = num_flipped(outcome)
    if not better and not worse:
        return f"No answer turned, of {count_text(len(clips), 'clip')} {new_words(outcome)}."
    of = f"of {count_text(len(clips), 'clip')} {new_words(outcome)}"
    return f"{grouped(better)} better, {grouped(worse)} worse, {of}."


def new_words(outcome: Outcome) -> str:
    """What the clips that count are: new to both models, or to the new one."""
    is_same = len(outcome.comparable) == len(outcome.held_out)
    return "new to both" if outcome.comparable and not is_same else "held out"


def duration_words(seconds: float) -> str:
    """``38 s``, ``12 min`` or ``1 h 20 min``."""
    if seconds < 1.5 * MINUTE_S:
        return f"{max(seconds, 1):.0f} s"
    if seconds < 1.5 * HOUR_S:
        return f"{seconds / MINUTE_S:.0f} min"
    hours, rest = divmod(round(seconds / MINUTE_S), 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def mode_text(preparing: Preparing) -> str:
    """What the way picked does, how long it takes, and when it begins."""
    forecast = preparing.forecast
    about = "" if forecast is None else f", in about {duration_words(forecast.seconds)}"
    if preparing.wishes.mode is RetrainMode.QUICK:
        said = f"The last layers learn{about}."
    else:
        said = f"All layers learn{about}, in the background: go on working meanwhile."
    ahead = preparing.num_ahead
    if ahead:
        runs = "the run" if ahead == 1 else f"the {ahead} runs"
        said += f" It waits for {runs} before it."
    return said


def rest_of_doubts(forecast: Forecast) -> tuple[str, ...]:
    """What is too little beside what the table says of each action."""
    in_table = {f"{each.name}: {each.doubt}." for each in forecast.actions}
    return tuple(each for each in forecast.doubts if each not in in_table)


# runs

PHASES = {
    RunPhase.PREPARED: "not started",
    RunPhase.WAITING: "waiting",
    RunPhase.PREPARING: "preparing",
    RunPhase.TRAINING: "training",
    RunPhase.PAUSED: "paused",
    RunPhase.JUDGING: "judging",
    RunPhase.FINISHED: "done",
    RunPhase.FAILED: "failed",
    RunPhase.CANCELLED: "cancelled",
}


def run_name(run: Run) -> str:
    """``Run 3 · quick``."""
    return f"Run {run.number} · {run.mode.value}"


def run_title(run: Run, now: datetime) -> str:
    """``Run 3 · quick · 12:41``; with the day where that was not today."""
    began = datetime.fromtimestamp(run.receipt.time, tz=now.tzinfo)
    today = began.date() == now.date()
    return f"{run_name(run)} · {began:%H:%M}" if today else f"{run_name(run)} · {began:%d %b %H:%M}"


def phase_word(state: RunState) -> str:
    """Where it stands, in a word or two."""
    if state.phase is RunPhase.FINISHED and state.was_stopped:
        return "done, stopped early"
    return PHASES[state.phase]


def doing_text(state: RunState, ahead: int) -> str:
    """What it does, and how long that will take.

    Args:
        state: Of the run.
        ahead: Runs that it waits for.
    """
    phase = state.phase
    if phase is RunPhase.WAITING:
        if not state.waits_for:
            return "Starting…"
        runs = "another run" if ahead <= 1 else f"{ahead} other runs"
        return f"Waits for {runs} to end."
    if phase is RunPhase.PREPARED:
        return "It was prepared, and never started."
    if phase.is_over:
        return ""
    said = capital(state.doing or phase.value)
    curve = state.curves[-1] if state.curves else None
    if phase is RunPhase.TRAINING and curve is not None and curve.points:
        said = f"Pass {min(curve.points[-1].number + 1, curve.passes)} of {curve.passes}"
        if len(state.networks) > 1 and curve.name in state.networks:
            said += f", network {state.networks.index(curve.name) + 1} of {len(state.networks)}"
    left = state.seconds_left
    if left is not None and phase is not RunPhase.PAUSED:
        said += f" · {left_text(left)}"
    return said


def left_text(seconds: float) -> str:
    """``about 12 min left``; of the last seconds only that there are few."""
    return "a moment left" if seconds < FEW_SECONDS else f"about {duration_words(seconds)} left"


def means_text(state: RunState) -> str:
    """``CPU · 812 MB · 36 clips a second``: where it runs, and what that takes."""
    device = state.device.replace("cpu", "CPU").replace("cuda", "GPU")
    parts = [device] if device else []
    if state.memory_mb:
        parts.append(f"{memory_text(state.memory_mb)} memory")
    if state.device_mb:
        parts.append(f"{memory_text(state.device_mb)} on the GPU")
    if state.clips_per_second:
        parts.append(f"{state.clips_per_second:.0f} clips a second")
    return " · ".join(parts)


def memory_text(megabytes: float) -> str:
    """``812 MB`` or ``1.4 GB``."""
    gigabytes = megabytes / 1000
    return f"{gigabytes:.1f} GB" if gigabytes >= 1 else f"{megabytes:.0f} MB"


def end_text(state: RunState) -> str:
    """How it ended, in a sentence; empty where it has not, or all is well."""
    phase = state.phase
    if phase is RunPhase.FAILED:
        said = state.message or "It ended without saying why."
        return _sentence(said)
    if phase is RunPhase.CANCELLED:
        return _sentence(state.message) if state.message else "Cancelled; nothing was kept of it."
    if phase is RunPhase.FINISHED and state.was_stopped:
        return "Stopped early; what it had learnt by then is kept."
    return ""


def _sentence(text: str) -> str:
    said = capital(text)
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."


def finished_title(run: Run, outcome: Outcome) -> str:
    """``Run 3 · quick · 41 s``: of which run a result is."""
    return f"{run_name(run)} · {duration_words(outcome.seconds)}"


# checking the labels


def check_text(checking: Checking) -> str:
    """What asking will do, or whom it has asked."""
    labels = count_text(checking.num_labels, "label")
    models = checking.models
    if not models or checking.num_asked is not None:
        return ""
    if len(models) == 1:
        said = f"Asks {models[0]} about all {labels}, and lists those that it calls"
    else:
        said = f"Asks {len(models)} models ({', '.join(models)}) about all {labels}, and lists "
        said += "those that they call"
    return f"{said} something else."


def checked_text(checking: Checking) -> str:
    """What came of it; empty before."""
    if checking.num_asked is None or checking.fraction is not None:
        return ""
    asked = count_text(checking.num_asked, "label")
    found = len(checking.suspects)
    if not found:
        return f"No disagreement in {asked}."
    said = f"{grouped(found)} of {asked} called something else"
    looked = found - checking.num_open
    return f"{said}, {grouped(looked)} looked through." if looked else f"{said}."


def badge_text(preparing: Preparing, running: Running) -> tuple[str, str]:
    """What the badge over everything says, and its hint; empty for nothing."""
    at_work = next((each for each in running.runs if not each.is_over), None)
    if at_work is not None:
        state = at_work.state
        share = f" {state.share_done * 100:.0f} %" if state.share_done else ""
        doing = doing_text(state, len(state.waits_for))
        return f"{capital(PHASES[state.phase])}{share}", f"{run_name(at_work.run)}: {doing}"
    untrained = preparing.untrained
    if untrained is None or not untrained.count:
        return "", ""
    return f"Untrained: {count_text(untrained.count, 'segment')}", untrained.text
