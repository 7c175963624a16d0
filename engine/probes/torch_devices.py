"""Probe: what torch can train on."""

from engine.probes.facts import DeviceFact, send


def device_facts() -> tuple[DeviceFact, ...]:
    """The processor, and every accelerator that this build of torch sees."""
    import torch

    facts = [DeviceFact(name="cpu", description=f"{torch.get_num_threads()} threads")]
    for index in range(torch.cuda.device_count()):
        about = torch.cuda.get_device_properties(index)
        description = f"{about.name}, {about.total_memory / 2**30:.0f} GiB"
        facts.append(DeviceFact(name=f"cuda:{index}", description=description))
    if torch.backends.mps.is_available():
        facts.append(DeviceFact(name="mps", description="Apple graphics processor"))
    return tuple(facts)


if __name__ == "__main__":
    send(device_facts())
