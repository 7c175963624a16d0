"""How moments and frames are written, everywhere the same.

Frames count from 0, as in the files, on the command line and in Python; ``frame 12 / 51`` is the
thirteenth of 52 frames. Times count from the first frame.
"""


def clock_text(seconds: float) -> str:
    """``00:12.40``, with hours in front where there are any."""
    hundredths = int(seconds * 100 + 1e-6)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    start = f"{hours}:" if hours else ""
    return f"{start}{minutes:02d}:{rest // 100:02d}.{rest % 100:02d}"


def frame_text(frame: int, num_frames: int) -> str:
    """``frame 12 / 51``: the frame shown and the last one."""
    return f"frame {grouped(frame)} / {grouped(num_frames - 1)}"


def duration_text(seconds: float) -> str:
    """How long an answer took: ``7 ms`` or ``1.2 s``."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def grouped(number: int) -> str:
    """A count with thin spaces between thousands: ``1 040``."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
