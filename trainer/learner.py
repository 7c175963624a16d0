"""One network while it learns: a step at a time, on one device, with others or alone."""

import copy
import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.errors import TrainingError
from trainer.devices import Compute
from trainer.distributed import Ranks, add_up
from trainer.inputs import tensors_from
from trainer.job import Schedule, TrainingJob
from trainer.norms import share_norms
from trainer.objective import objective_for
from trainer.optimiser import make_optimiser
from trainer.plan import PlannedNetwork
from trainer.sampling import Part, Place

MOST_SKIPPED = 50
"""Steps in a row that float16 may be too narrow for while its scale is being found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What one step came to, over all devices."""

    clips: int
    loss: float
    """Mean over the clips."""
    right: float
    """How many were named right."""
    losses: dict[str, float]
    """What the loss is made of, meant alike."""
    has_moved: bool
    """Whether the weights moved: float16 skips a step whose gradient was too large for it."""


class Learner:
    """A network with what moves it."""

    def __init__(
        self,
        job: TrainingJob,
        planned: PlannedNetwork,
        network: nn.Module,
        compute: Compute,
        ranks: Ranks,
    ) -> None:
        self.planned = planned
        self.compute = compute
        self.ranks = ranks
        self.schedule: Schedule = job.schedule
        self.network = network.to(compute.device)
        self.average = copy.deepcopy(self.network)
        if ranks.count > 1:
            share_norms(self.network)
        self.objective = objective_for(planned.choice, job.schedule, compute=compute)
        self.optimiser = make_optimiser(self.network, job.schedule)
        self.scaler = compute.scaler()

    @property
    def result(self) -> nn.Module:
        """The network to keep: the average of weights where the schedule asks for one."""
        return self.average if self.schedule.average > 0 else self.network

    @property
    def rate(self) -> float:
        """That of the last step."""
        return float(self.optimiser.param_groups[0]["lr"])

    def step(
        self,
        parts: tuple[Part, ...],
        place: Place,
        rate: float,
        breakable: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> StepResult:
        """One step of the optimiser on a batch.

        Args:
            parts: What of the batch is computed here, one after the other.
            place: Its moment, from which chance comes.
            rate: To learn at.
            breakable: Within it, the step may be broken off; no weight has moved yet.

        Raises:
            TrainingError: The loss or its gradient is no number; the weights are as before.
        """
        self.network.train()
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        told, names = torch.zeros(0), tuple[str, ...]()
        for number, part in enumerate(parts):
            torch.manual_seed(place.torch_seed(number, self.ranks.rank))
            with breakable():
                one, names = self.gradient(part)
            told = told + one if len(told) else one
        told = add_up(self.network, self.ranks, told.to(self.compute.device))
        clips, right, loss, *losses = told.tolist()
        return StepResult(
            clips=round(clips),
            loss=loss,
            right=right,
            losses=dict(zip(names, losses, strict=True)),
            has_moved=self.move(loss, rate),
        )

    def gradient(self, part: Part) -> tuple[Tensor, tuple[str, ...]]:
        """Add a part's gradient.

        Returns:
            ``(3 + n,)`` its clips, how many were named right, and its share of the loss and of the
            n parts of it; and their names.
        """
        inputs = self.compute.here(tensors_from(part.feeds))
        (targets,) = self.compute.here((torch.from_numpy(part.targets),))
        judged = self.objective(self.network, inputs, targets)
        self.scaler.scale(judged.loss * part.weight).backward()  # type: ignore[no-untyped-call]
        said = judged.logits.argmax(1).cpu().numpy()
        numbers = [float(judged.loss.detach()), *judged.parts.values()]
        told = [
            float(len(said)),
            float((said == part.actions).sum()),
            *(number * part.weight for number in numbers),
        ]
        return torch.tensor(told, dtype=torch.float64).float(), tuple(judged.parts)

    def move(self, loss: float, rate: float) -> bool:
        """Move the weights along the gradient, and the average after them.

        Raises:
            TrainingError: The loss or the gradient is no number; nothing has moved.
        """
        self.scaler.unscale_(self.optimiser)
        most = self.schedule.clip_gradient or math.inf
        norm = float(nn.utils.clip_grad_norm_(self.network.parameters(), most))
        is_number = math.isfinite(loss) and math.isfinite(norm)
        if not is_number and not self.scaler.is_enabled():
            what = f"loss became {loss}" if not math.isfinite(loss) else f"gradient became {norm}"
            raise TrainingError(f"the {what}; start a new job with a rate below {rate:g}")
        self.scaler.step(self.optimiser)
        self.scaler.update()
        return is_number

    def refuse_narrow(self, skipped: int) -> None:
        """Raise where the numbers stay too narrow for the gradient.

        Args:
            skipped: Steps in a row.

        Raises:
            TrainingError: They do.
        """
        if skipped >= MOST_SKIPPED:
            raise TrainingError(
                f"float16 was too narrow for the gradient {skipped} times in a row; start a new "
                "job with a precision of bfloat16, or a lower learning rate"
            )

    @torch.no_grad()
    def update_average(self, moves: int) -> None:
        """Move the average of weights (and running statistics) towards the network.

        Args:
            moves: Steps of the run so far; a young average forgets its random start quickly.
        """
        decay = min(self.schedule.average, (1 + moves) / (10 + moves))
        if self.schedule.average == 0:
            return
        current = self.network.state_dict()
        for name, kept in self.average.state_dict().items():
            if kept.is_floating_point():
                kept.lerp_(current[name], 1 - decay)
            else:
                kept.copy_(current[name])
