"""An evaluation as one page of HTML: no script, nothing fetched, to be read, sent and printed.

Whatever comes from files or people is escaped where it is put in: :func:`_text` alone does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from knowledge.evaluation.figures import Confusion, Figures, Share
from knowledge.evaluation.judgement import Judgement
from knowledge.evaluation.plots import SERIES, reliability_diagram, score_bars
from knowledge.evaluation.text import SHOWN_CONFUSIONS, SHOWN_MESSAGES

_STYLE = """
:root { color-scheme: light; --ink: #1b1f24; --soft: #4a5260; --line: #c9ced6; --pale: #f3f5f8 }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 64rem; padding: 1rem; color: var(--ink); background: #fff;
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .5rem 0 }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem }
.note, figcaption { color: var(--soft) }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem;
  margin: 1rem 0; padding: 0 }
.figures div { background: var(--pale); border-radius: .5rem; padding: .6rem .8rem }
.figures dt { color: var(--soft); font-size: .9rem }
.figures dd { margin: 0; font-size: 1.35rem; font-weight: 600 }
.figures dd small { display: block; font-size: .85rem; font-weight: 400; color: var(--soft) }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
  gap: 1.5rem; align-items: start; margin: 1rem 0 }
figure { margin: 0 }
figcaption { margin-top: .4rem }
svg { display: block; width: 100%; height: auto; max-width: 34rem; font: 12px system-ui, sans-serif;
  fill: var(--ink) }
.grid { stroke: var(--line) }
.ideal { stroke: var(--soft); stroke-dasharray: 5 4 }
.off { stroke: #c2410c; stroke-width: 2 }
.middle { text-anchor: middle }
.end { text-anchor: end }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--soft); padding-bottom: .4rem }
th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line);
  vertical-align: top }
th:first-child { text-align: left; font-weight: 400; min-width: 7rem }
thead th, thead th:first-child { font-weight: 600; border-bottom: 2px solid var(--soft);
  overflow-wrap: normal }
td small { white-space: nowrap; color: var(--soft) }
code { font: .95em ui-monospace, monospace; background: var(--pale); padding: 0 .2em;
  border-radius: .2em }
.confusions { padding-left: 0; list-style: none }
.confusions > li { border-top: 1px solid var(--line); padding: .6rem 0; break-inside: avoid-page }
.confusions p { margin: 0 }
.confusions ul { margin: .2rem 0 0; padding-left: 1.2rem }
.confusions ul li { margin: .25rem 0 }
.where { color: var(--soft); font-size: .85rem }
@media (max-width: 30rem) { th, td { padding: .3rem .25rem; font-size: .9rem } td small {
  display: block } }
@media print { body { max-width: none; padding: 0; font-size: 10pt } h2 { break-after: avoid }
  .figures div, code { background: none; border: 1px solid var(--line) } code { border: 0 }
  figure, tr { break-inside: avoid } }
"""


def page_of(figures: Figures, *, show_all: bool = False) -> str:
    """The page; with ``show_all`` also what is right, and the confusions seen once."""
    colours = "\n".join(f".{name} {{ fill: {colour} }}" for name, _, colour in SERIES)
    parts = [
        _summary(figures),
        _plots(figures),
        _kinds(figures),
        _entries(figures, show_all=show_all),
        _confusions(figures, show_all=show_all),
        _messages(figures) if show_all else "",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>How well the assistant answers</title>\n"
        f"<style>{_STYLE}{colours}\n</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(filter(None, parts))
        + "\n</main>\n</body>\n</html>\n"
    )


def _text(value: object) -> str:
    return escape(str(value))


def _percent(share: Share) -> str:
    return f"{100 * share.value:.1f} %" if share.whole else "–"


def _summary(figures: Figures) -> str:
    tiles = [("Right replies", figures.right)]
    if figures.told:
        tiles += [("Right entry first", figures.first), ("Among three", figures.among_three)]
    tiles.append(("False answers out of scope", figures.false_answers))
    shown = [(name, _percent(share), f"{share.part:g} of {share.whole}") for name, share in tiles]
    measured = figures.reliability
    shown.append(("Calibration error", f"{measured.error:.3f}", "expected, of the first score"))
    note = f'<p class="note">{_text(figures.note)}.</p>' if figures.note else ""
    items = "".join(
        f"<div><dt>{name}</dt><dd>{value} <small>{detail}</small></dd></div>"
        for name, value, detail in shown
    )
    return (
        f"<h1>How well the assistant answers</h1>\n<p>{_text(figures.title)}.</p>\n{note}"
        f'<dl class="figures">{items}</dl>'
    )


def _plots(figures: Figures) -> str:
    measured = figures.reliability
    bins = [
        (f"{each.low:.1f} to {each.high:.1f}", each.count, f"{each.mean_score:.2f}",
         f"{100 * each.share_right:.0f} %")
        for each in measured.bins
        if each.count
    ]  # fmt: skip
    spread = [
        (f"{each.low:.1f} to {each.low + 0.1:.1f}", each.right, each.wrong, each.out_of_scope)
        for each in figures.scores
    ]
    return (
        "<h2>Scores</h2>\n"
        f'<div class="pair"><figure>{reliability_diagram(measured)}'
        "<figcaption>On the dashed line a score says how often it is right; below it the "
        "assistant is surer than it should be. The larger the dot, the more messages."
        "</figcaption></figure>"
        f"<figure>{score_bars(figures.scores)}<figcaption>Good knowledge puts right entries at the "
        "right, all others at the left.</figcaption></figure></div>\n"
        + _pair(
            _table("Reliability of the scores", ("Score", "Messages", "Mean score", "Right"), bins),
            _table("Messages by score", ("Score", *(label for _, label, _ in SERIES)), spread),
        )
    )


def _kinds(figures: Figures) -> str:
    outcomes = [(name, *_counted(share)) for name, share in figures.outcomes.items()]
    kinds = [(name, *_counted(share)) for name, share in figures.kinds.items()]
    tables = [_table("What the replies were", ("Outcome", "Messages", "Share"), outcomes)]
    if kinds:
        tables.append(_table("Right replies by kind", ("Kind", "Right", "Share"), kinds))
    return f"<h2>Replies</h2>\n{_pair(*tables)}"


def _pair(*parts: str) -> str:
    """Side by side where there is room."""
    return f'<div class="pair">{"".join(f"<div>{part}</div>" for part in parts)}</div>\n'


def _counted(share: Share) -> tuple[str, str]:
    return f"{share.part:g} of {share.whole}", _percent(share)


def _entries(figures: Figures, *, show_all: bool) -> str:
    rows = [(row.entry, row.wanted, row.drawn) for row in figures.entries if show_all or row.lost]
    if not rows:
        return "<h2>By entry</h2>\n<p>No entry has a fault.</p>"
    caption = (
        "Where most goes wrong first. Of the messages that mean an entry, how many it answers; of "
        "those where it comes first, how many mean it."
    )
    heads = ("Entry", "Right when meant", "Right when first")
    return "<h2>By entry</h2>\n" + _table(caption, heads, rows)


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table whose first column names its rows."""
    top = "".join(f'<th scope="col">{_text(head)}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{_text(first)}</th>' + "".join(map(_cell, others)) + "</tr>\n"
        for first, *others in rows
    )
    return (
        f"<table><caption>{_text(caption)}</caption><thead><tr>{top}</tr></thead>\n"
        f"<tbody>{body}</tbody></table>\n"
    )


def _cell(value: object) -> str:
    if isinstance(value, Share):
        return f"<td>{_percent(value)} <small>{value.part:g} of {value.whole}</small></td>"
    return f"<td>{_text(value)}</td>"


def _confusions(figures: Figures, *, show_all: bool) -> str:
    every = figures.confusions
    if not every:
        return "<h2>Confusions</h2>\n<p>There is none.</p>"
    abridged = bool(figures.strangers) and not show_all
    shown = every[:SHOWN_CONFUSIONS] if abridged else every
    items = "\n".join(_confusion(each, SHOWN_MESSAGES if abridged else None) for each in shown)
    return (
        "<h2>Confusions</h2>\n<p>What was expected → what came. Each message has its score, and "
        "the folder’s question that drew it there.</p>\n"
        f'<ul class="confusions">{items}</ul>{_more(len(every) - len(shown))}'
    )


def _confusion(confusion: Confusion, limit: int | None) -> str:
    messages = confusion.messages[:limit]
    items = "".join(f"<li>{''.join(_caused(message))}</li>" for message in messages)
    return (
        f"<li><p><strong>{len(confusion.messages)} ×</strong> <code>{_text(confusion.expected)}"
        f"</code> → {_text(confusion.outcome)} <code>{_text(confusion.got)}</code></p>"
        f"<ul>{items}</ul>{_more(len(confusion.messages) - len(messages))}</li>"
    )


def _more(count: int) -> str:
    return f'<p class="where">… and {count} more: <code>--all</code> shows them.</p>' * bool(count)


def _caused(message: Judgement) -> Iterator[str]:
    yield _quoted(message.text, message.language)
    yield f' {message.score:.2f} <span class="where">{_text(message.name)}</span>'
    if message.cause:
        yield f"<br>drawn by {_quoted(message.cause.text, message.cause.language)}"
        yield f' <span class="where">{_text(message.cause.place)}</span>'


def _quoted(text: str, language: str) -> str:
    return f'<q lang="{_text(language)}">{_text(text)}</q>'


def _messages(figures: Figures) -> str:
    rows = [
        (each.text, f"{each.credit:g}", each.outcome, f"{each.got} {each.score:.2f}")
        for each in figures.asked
    ]
    heads = ("Message", "Right", "Outcome", "First entry")
    return "<h2>All messages</h2>\n" + _table("Every message in its order", heads, rows)
