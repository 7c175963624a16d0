"""The style sheet of a report: one layout, two looks, no variables, so that old readers show it."""

from engine.judging.palette import DARK, LIGHT, STEPS, Look

LAYOUT = """
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 "Roboto", "Segoe UI", "Noto Sans", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; font-weight: 500; }
h2 { font-size: 18px; margin: 0 0 8px; font-weight: 500; }
p { margin: 0 0 12px; max-width: 76ch; }
section { border-radius: 10px; padding: 20px 24px; margin-top: 20px; }
.lead { font-size: 17px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 16px 0 0; }
dt, dd { margin: 0; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 16px; }
.tile b { display: block; font-size: 28px; font-weight: 500; line-height: 1.3; }
.tile span { display: block; font-size: 13px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 5px 16px 5px 0; border-bottom: 1px solid; }
th { font-weight: 500; font-size: 13px; }
td { overflow-wrap: anywhere; }
.figure { text-align: right; white-space: nowrap; }
svg { display: block; font-size: 13px; font-variant-numeric: tabular-nums; }
svg .small { font-size: 10px; }
svg .tick { font-size: 11px; }
svg .heading { font-size: 14px; font-weight: 500; }
.diagonal { stroke-dasharray: 5 4; stroke-width: 1.5; }
.whisker { stroke-width: 1.5; }
.dot { stroke-width: 2; }
footer { margin-top: 24px; font-size: 13px; }
@media print { section { break-inside: avoid; } .scroll { overflow: visible; } }
"""


def style_sheet() -> str:
    """Light, and dark for screens of those who prefer it; paper is always light."""
    dark = "@media screen and (prefers-color-scheme: dark) {\n" + colours(DARK) + "}\n"
    return LAYOUT + colours(LIGHT) + dark


def colours(look: Look) -> str:
    """The rules of a look, one a line."""
    rules = {
        "body": f"background: {look.page}; color: {look.text}",
        "section": f"background: {look.raised}",
        "dt, th, .muted, .tile span, footer": f"color: {look.muted}",
        "th, td": f"border-color: {look.line}",
        "svg text": f"fill: {look.text}",
        "svg .tick, svg .number": f"fill: {look.muted}",
        ".track, .field": f"fill: {look.page}",
        ".bar": f"fill: {look.bar}",
        ".counts": f"fill: {look.muted}",
        ".grid": f"stroke: {look.line}",
        ".diagonal, .whisker": f"stroke: {look.text}",
        ".dot": f"fill: {look.raised}; stroke: {look.text}",
    }
    for kind, colour in (("right", look.right), ("wrong", look.wrong)):
        for number in range(len(STEPS)):
            background = look.step(colour, number)
            rules[f".{kind}{number}"] = f"fill: {background}"
            rules[f"svg .on-{kind}{number}"] = f"fill: {look.text_on(background)}"
    return "".join(f"{which} {{ {what}; }}\n" for which, what in rules.items())
