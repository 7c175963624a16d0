"""A report as files in a folder: one page for people, one JSON object for programs."""

import json
from pathlib import Path

from engine.errors import EngineError
from engine.formats import write_bytes_atomically
from engine.judging.report import Report, describe
from engine.judging.report_html import page

HTML_FILE = "report.html"
JSON_FILE = "report.json"


def write_report(report: Report, folder: Path) -> tuple[Path, Path]:
    """Write ``report.html`` and ``report.json`` into a folder, each whole or not at all.

    Returns:
        Both paths.

    Raises:
        EngineError: The folder cannot be made, or the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(f"{folder} cannot be made ({error.strerror})") from error
    text = json.dumps(describe(report), indent=2, ensure_ascii=False) + "\n"
    write_bytes_atomically(folder / JSON_FILE, text.encode())
    write_bytes_atomically(folder / HTML_FILE, page(report).encode())
    return folder / HTML_FILE, folder / JSON_FILE
