"""A report as one HTML page that needs nothing else: no scripts, no files, no network."""

from collections.abc import Sequence

from engine.judging.calibration import BINS, refusals
from engine.judging.charts import bars_chart, confusion_chart, percent, reliability_chart
from engine.judging.markup import Inner, Markup, element, together
from engine.judging.report import Mistake, Report, mistakes
from engine.judging.report_style import style_sheet
from engine.judging.scope import number_text
from engine.judging.shares import Share
from engine.judging.verdict import Verdict

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
DIGEST_SHOWN = 16
CONFUSIONS_SHOWN = 5


def page(report: Report) -> str:
    """The whole page."""
    title = f"{report.subject.title} on {report.scope.dataset}"
    head = element(
        "head",
        None,
        element("meta", {"charset": "utf-8"}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}),
        element("title", None, title),
        element("style", None, Markup(style_sheet())),
    )
    body = element("body", None, element("main", None, *_parts(report)))
    return f"<!doctype html>\n{element('html', {'lang': 'en'}, head, body).text}\n"


def _parts(report: Report) -> list[Markup]:
    verdict = report.verdict
    parts = [_header(report), _figures(report), _confusion(verdict), _recalls(verdict)]
    parts += [_calibration(report), _none_of_these(report)]
    people = verdict.shares_by(lambda file: file.person)
    views = verdict.shares_by(lambda file: file.view)
    for heading, what, shares in (("People", "person", people), ("Views", "view", views)):
        named = [(f"{what} {number_text(number)}", share) for number, share in shares.items()]
        parts.append(_groups(heading, named))
    if verdict.rounds:
        parts.append(_groups("Rounds", list(verdict.shares_by_round.items()), _spread(verdict)))
    parts += [_wrong(verdict), _skipped(verdict), _footer()]
    return [part for part in parts if part.text]


def _section(heading: str, *inner: Inner) -> Markup:
    return element("section", None, element("h2", None, heading), *inner)


def _paragraph(words: str, kind: str = "") -> Markup:
    return element("p", {"class": kind}, words)


def _scroll(label: str, inner: Markup) -> Markup:
    words = {"class": "scroll", "tabindex": "0", "role": "region", "aria-label": label}
    return element("div", words, inner)


def _header(report: Report) -> Markup:
    subject, scope = report.subject, report.scope
    facts = [
        ("model", subject.id),
        ("trained on", subject.trained_on),
        ("data set", f"{scope.dataset} ({scope.dataset_id}), {scope.folder}"),
        ("clips", scope.rule),
        ("protocol", scope.protocol),
        ("split", scope.split_digest[:DIGEST_SHOWN]),
        ("digest of clips", scope.clips_digest[:DIGEST_SHOWN]),
        ("weights", ", ".join(digest[:DIGEST_SHOWN] for digest in subject.weights)),
        ("ran on", subject.runs_on),
        *(("note", note) for note in scope.notes),
    ]
    listed = [
        together(element("dt", None, name), element("dd", None, words))
        for name, words in facts
        if words
    ]
    return element(
        "header",
        None,
        element("h1", None, subject.title),
        _paragraph(report.sentence, "lead"),
        element("dl", None, *listed),
    )


def _figures(report: Report) -> Markup:
    verdict, measured = report.verdict, report.reliability
    top1, top5 = verdict.top1_share, verdict.top5_share
    tiles = [_tile("top-1", percent(top1.value), _range(top1))]
    if top5 is not None:
        tiles.append(_tile("top-5", percent(top5.value), _range(top5)))
    tiles.append(_tile("mean recall", percent(verdict.mean_recall), "each action counts alike"))
    tiles.append(
        _tile(
            "calibration error",
            percent(measured.ece_after),
            f"{percent(measured.ece_before)} before calibration",
        )
    )
    return element("section", {"class": "tiles"}, *tiles)


def _tile(name: str, figure: str, words: str) -> Markup:
    return element(
        "div",
        {"class": "tile"},
        element("span", None, name),
        element("b", None, figure),
        element("span", None, words),
    )


def _range(share: Share) -> str:
    if share.interval is None:
        return "no clips"
    low, high = share.interval
    return f"{low:.1%} to {high:.1%}; {share.count:,} of {share.of:,} clips"


def _confusion(verdict: Verdict) -> Markup:
    confusion, names = verdict.confusion, verdict.class_names
    pairs = sorted(
        (
            (-int(confusion[row, column]), names[row], names[column])
            for row, column in zip(*confusion.nonzero(), strict=True)
            if row != column
        )
    )
    often = "; ".join(
        f"{truth} taken for {said} ({-count})" for count, truth, said in pairs[:CONFUSIONS_SHOWN]
    )
    return _section(
        "Confusion",
        _paragraph(
            "Rows are what the clips show, columns what the model said. Blue is right, orange is "
            "wrong; the fuller the colour, the larger the share of the row."
        ),
        _paragraph(f"Most often: {often}." if often else "Nothing was taken for anything else."),
        _scroll("Confusion matrix", confusion_chart(confusion, names)),
    )


def _recalls(verdict: Verdict) -> Markup:
    rows = [
        (name, share)
        for name, share in zip(verdict.class_names, verdict.recalls, strict=True)
        if share.of
    ]
    without = [name for name in verdict.class_names if name not in dict(rows)]
    words = "Of the clips of each action, how many were named right, with the 95 % interval."
    if without:
        words += f" No clips of {', '.join(without)}."
    return _section(
        "Recall of each action",
        _paragraph(words),
        _scroll("Recall of each action", bars_chart("Recall of each action", rows)),
    )


def _calibration(report: Report) -> Markup:
    measured, calibration = report.reliability, report.calibration
    heading = "After, each round with its own temperature"
    if calibration is not None:
        heading = f"After, temperature {calibration.temperature:.2f}"
    errors = (
        f"Expected calibration error with {BINS} steps: {percent(measured.ece_before)} before, "
        f"{percent(measured.ece_after)} after. Surprise at the truth: "
        f"{measured.surprise_before:.3f} before, {measured.surprise_after:.3f} after. "
        f"The temperature was {report.origin}."
    )
    return _section(
        "Calibration",
        _paragraph(
            "Bars show how many of the answers given with a certain sureness were right, dots "
            "where each bar's answers stand on average. Honest probabilities lie on the dashed "
            "line; below it the model is too sure. A temperature changes no answer."
        ),
        _paragraph(errors),
        _scroll(
            "Reliability diagrams",
            reliability_chart([("Before", measured.before), (heading, measured.after)]),
        ),
    )


def _none_of_these(report: Report) -> Markup:
    counted, calibration = refusals(report.calibrated), report.calibration
    below = "each round's own threshold"
    if calibration is not None:
        below = f"a largest probability below {calibration.none_below:.2f}"
    effects = [
        ("right answers kept", counted.kept),
        ("wrong answers refused", counted.wrong),
        ("clips of other actions refused", counted.others),
    ]
    return _section(
        "None of these",
        _paragraph(
            f"With {below}, the model is too unsure to mean any of its actions. The rule: "
            f"{report.rule}; it was {report.origin}. Top-1 above does not count refusals."
        ),
        _scroll("None of these", bars_chart("None of these", [e for e in effects if e[1].of])),
    )


def _spread(verdict: Verdict) -> str:
    if verdict.mean_of_rounds is None:
        return ""
    mean, deviation = verdict.mean_of_rounds
    return f"Mean {mean:.1%}, standard deviation {deviation:.1%} of the rounds."


def _groups(heading: str, rows: Sequence[tuple[str, Share]], words: str = "") -> Markup:
    if len(rows) <= 1:
        return together()
    told = _paragraph(words) if words else together()
    return _section(heading, told, _scroll(heading, bars_chart(f"Top-1: {heading}", rows)))


def _wrong(verdict: Verdict) -> Markup:
    found = mistakes(verdict)
    if not found:
        return _section("Wrong clips", _paragraph("There are none."))
    headings = ("clip", "shows", "said", "probability", "person", "view")
    kinds = {"probability": {"class": "figure"}}
    head = element("tr", None, *(element("th", kinds.get(each), each) for each in headings))
    return _section(
        f"Wrong clips: {len(found):,}",
        _paragraph("The surest mistakes first."),
        _scroll("Wrong clips", element("table", None, head, *map(_mistake, found))),
    )


def _mistake(found: Mistake) -> Markup:
    said = f"{found.said}, but means none of these" if found.is_none else found.said
    return element(
        "tr",
        None,
        *(element("td", None, words) for words in (found.file, found.truth, said)),
        element("td", {"class": "figure"}, f"{found.probability:.3f}"),
        *(element("td", None, number_text(number)) for number in (found.person, found.view)),
    )


def _skipped(verdict: Verdict) -> Markup:
    if not verdict.skipped:
        return together()
    rows = (
        element("tr", None, element("td", None, each.file.name), element("td", None, each.reason))
        for each in verdict.skipped
    )
    return _section(
        f"Not answered: {len(verdict.skipped):,}",
        _paragraph("They count as wrong."),
        _scroll("Not answered", element("table", None, *rows)),
    )


def _footer() -> Markup:
    return element(
        "footer",
        None,
        "Intervals are Wilson's, 95 %, and take clips for independent of each other: clips of one "
        "person are not, so with few people the truth may well lie outside. Made by Skelarium.",
    )
