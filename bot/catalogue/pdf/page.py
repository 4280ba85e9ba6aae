"""One page's letters → its lines and the articles proposed, by header, frames, tables, captions and headlines. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.catalogue.pdf.articles import Article, Ground, articles_of, reading_order
from bot.catalogue.pdf.blocks import blocks_of, usual_pitch
from bot.catalogue.pdf.columns import columns_of, rows_of
from bot.catalogue.pdf.doubling import undoubled
from bot.catalogue.pdf.furniture import BACK, Header, header_of, without_notes
from bot.catalogue.pdf.headlines import SMALLER, Headline, headlines_of
from bot.catalogue.pdf.lines import DISPLAY, body_size, lines_of
from bot.catalogue.pdf.tables import Table, grids_of, table_of
from bot.catalogue.pdf.values import Box, Content, Draft, Laid, Line, around

SUBHEAD = 1.55
"""Display type up to so much of the body's size inside a column, with text above and below, is a subhead."""
MIDDLING = 1.1
"""Type so many times the body's size is more than body type."""
CAPTION_GAP = 2.4
CAPTION_LINES = 4
OWN_BODY = 60
"""A frame with so many letters has a body size of its own."""
KINDS = (("ad", ("广告",)), ("notice", ("通知", "公告", "启事", "公示")), ("letter", ("读者来信", "读者来稿")),
         ("guide", ("导读",)))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """An article with its place on the page. `title`, `minor`, `body` as lines."""

    kind: str
    title: tuple[Line, ...]
    minor: tuple[Line, ...]
    body: tuple[Line, ...]
    box: Box


def lay_out(content: Content) -> Laid:
    """The whole way for one page. A page without letters is a page without lines."""
    glyphs = undoubled(content.glyphs)
    body = body_size(glyphs)
    barriers = [rule for rule in content.rules if rule.height > rule.width]
    barriers += [Box(x - 0.5, f.top, x + 0.5, f.bottom) for f in content.frames for x in (f.left, f.right)]
    lines = [part for line in lines_of(glyphs, body, barriers) for part in without_notes(line)]
    header = header_of(lines, content.height, content.rules, body)
    outside = [line for n, line in enumerate(lines) if n not in header.furniture and n not in header.masthead]
    placed: list[Placed] = []
    if header.masthead:
        placed.append(_masthead([lines[n] for n in header.masthead]))
    for frame, inside in _framed(outside, content):
        placed += _container(inside, content, body, frame)
    placed.sort(key=lambda one: (round(one.box.top / 24), one.box.left))
    furniture = [lines[n] for n in sorted(header.furniture)]
    return _numbered(content, header, placed, furniture)


def _masthead(lines: Sequence[Line]) -> Placed:
    return Placed("masthead", (lines[0],), (), tuple(replace(line, begins=True) for line in lines[1:]),
                  around([line.box for line in lines]))


def _framed(lines: Sequence[Line], content: Content) -> list[tuple[Box | None, list[Line]]]:
    """The lines outside every frame, then those of each frame. A frame around nearly everything is the page's own."""
    frames = [frame for frame in content.frames
              if sum(frame.holds(line.box, 3) for line in lines) <= 0.85 * len(lines)]  # fmt: skip
    homes: dict[int | None, list[Line]] = {None: []}
    for line in lines:
        holding = [n for n, frame in enumerate(frames) if frame.holds(line.box, 3)]
        home = min(holding, key=lambda n: frames[n].width * frames[n].height, default=None)
        homes.setdefault(home, []).append(line)
    return [(None if n is None else frames[n], inside) for n, inside in homes.items() if inside]


def _container(lines: list[Line], content: Content, body: float, frame: Box | None) -> list[Placed]:
    """The articles among lines that stand together in one frame (or outside all of them)."""
    if frame is not None and sum(len(line.glyphs) for line in lines) >= OWN_BODY:
        body = body_size([glyph for line in lines for glyph in line.glyphs])
    rules = [rule for rule in content.rules if frame is None or frame.holds(rule, 3)]
    pictures = [picture for picture in content.pictures if frame is None or frame.holds(picture, 3)]
    tables = [table_of(grid, [line for line in lines if grid.holds(line.box, 3)], rules) for grid in grids_of(rules)]
    tabled = {id(line.glyphs) for table in tables for line in table.lines}
    free = [line for line in lines if id(line.glyphs) not in tabled]
    captions, free = _captions(free, pictures, body)
    display, plain = _display(free, body)
    return _assembled(display, plain, tables, captions, pictures, rules, body, frame)


def _assembled(display: list[Line], plain: list[Line], tables: list[Table], captions: list[Placed],
               pictures: list[Box], rules: list[Box], body: float, frame: Box | None) -> list[Placed]:  # fmt: skip
    headlines = headlines_of(display, rules)
    for headline in headlines:
        plain = [line for line in plain if line not in headline.minor]
    titled = [_titled(table, headlines, body) for table in tables]
    headlines = [h for h in headlines if all(h is not own for _, own in titled)]
    blocks = blocks_of(plain, body, rules)
    breaks = [*(h.box for h in headlines), *(table.box for table in tables)]
    seen = [*pictures, *(caption.box for caption in captions)]
    columns = columns_of(blocks, breaks, rules, seen)
    rows = rows_of(columns, rules, usual_pitch(plain, body))
    articles = articles_of(headlines, rows, Ground(rules, body))
    return [*(_table_article(table, own) for table, own in titled), *captions,
            *(_article(article, frame) for article in articles)]  # fmt: skip


def _display(lines: Sequence[Line], body: float) -> tuple[list[Line], list[Line]]:
    """(lines of headlines, lines of text): a subhead within its column is text."""
    large = [line for line in lines if line.size >= DISPLAY * body and not _is_subhead(line, lines, body)]
    chosen = {id(line.glyphs) for line in large}
    for line in lines:
        if id(line.glyphs) not in chosen and any(_is_subtitle(line, headline, lines, body) for headline in large):
            chosen.add(id(line.glyphs))
    display = [line for line in lines if id(line.glyphs) in chosen]
    return display, [line for line in lines if id(line.glyphs) not in chosen]


def _is_subtitle(line: Line, headline: Line, lines: Sequence[Line], body: float) -> bool:
    """Next to a headline, of a size between it and the body or across the gutters of the text below; one line or two."""
    gap = max(line.box.top - headline.box.bottom, headline.box.top - line.box.bottom)
    if line.size > SMALLER * headline.size or not -0.3 * body <= gap <= 1.2 * line.size or line.box.across(headline.box) <= 0:
        return False
    alike = [o for o in lines if o is not line and abs(o.size - line.size) < 0.05 * body
             and abs(o.box.top - line.box.top) < 3.4 * line.size and o.box.across(line.box) > 0]  # fmt: skip
    if line.size >= MIDDLING * body:
        return len(alike) <= 1
    below = [o for o in lines if 0 < o.box.top - line.box.bottom < 2 * body and o.box.across(line.box) > 2 * body]
    return any(one.box.right < other.box.left for one in below for other in below) and len(line.glyphs) > 4


def _is_subhead(line: Line, lines: Sequence[Line], body: float) -> bool:
    if line.size >= SUBHEAD * body:
        return False
    above = [o for o in lines if o.size < DISPLAY * body and -0.2 * body < line.box.top - o.box.bottom < 1.6 * body]
    below = [o for o in lines if o.size < DISPLAY * body and -0.2 * body < o.box.top - line.box.bottom < 1.6 * body]
    return all(any(_over(line.box, o.box, body) for o in near) for near in (above, below))


def _over(narrow: Box, wide: Box, em: float) -> bool:
    return narrow.across(wide) > 0.3 * narrow.width and narrow.width <= max(wide.width, 8 * em) + em


def _captions(lines: Sequence[Line], pictures: Sequence[Box], body: float) -> tuple[list[Placed], list[Line]]:
    """A few lines right under, over or on a picture and not wider than it; in type smaller than the body, or few."""
    taken: set[int] = set()
    found = []
    for picture in pictures:
        near = [line for line in lines if id(line.glyphs) not in taken and _is_by(line, picture, body)]
        chain = _chained(near, picture)
        small = all(line.size <= 0.95 * body for line in chain)
        if chain and (small or len(chain) <= 2) and not _runs_on(chain, lines, body):
            taken |= {id(line.glyphs) for line in chain}
            marked = tuple(replace(line, begins=n == 0) for n, line in enumerate(chain))
            found.append(Placed("caption", (), (), marked, around([line.box for line in chain])))
    return found, [line for line in lines if id(line.glyphs) not in taken]


def _is_by(line: Line, picture: Box, body: float) -> bool:
    fits = picture.left - body <= line.box.left and line.box.right <= picture.right + body
    return fits and line.size < DISPLAY * body and picture.top - 2 * body < line.box.top < picture.bottom + 6 * body


def _chained(near: Sequence[Line], picture: Box) -> list[Line]:
    """The lines that follow the picture's lower edge one after the other, else those within it."""
    edge, chain = picture.bottom, list[Line]()
    for line in sorted((one for one in near if one.box.top >= picture.bottom - 0.3 * one.size), key=lambda o: o.box.top):
        same_row = chain and abs(chain[-1].box.top - line.box.top) < 0.5 * line.size
        if not same_row and line.box.top - edge > (CAPTION_GAP if not chain else 0.9) * line.size:
            break
        if chain and abs(chain[0].size - line.size) > 0.1 * line.size:
            break
        chain.append(line)
        edge = line.box.bottom
    if chain:
        return chain[:CAPTION_LINES + 1]
    return [line for line in near if picture.holds(line.box, 2)]


def _runs_on(chain: Sequence[Line], lines: Sequence[Line], body: float) -> bool:
    """Whether body text goes on below: then it is a column under a picture, not a caption."""
    last = chain[-1]
    if len(chain) > CAPTION_LINES:
        return True
    return last.size > 0.95 * body and any(
        0 < line.box.top - last.box.top < 1.9 * body and line.box.across(last.box) > 0.5 * min(line.box.width, last.box.width)
        and abs(line.size - last.size) < 0.05 * body
        for line in lines if all(line is not one for one in chain)
    )  # fmt: skip


def _titled(table: Table, headlines: Sequence[Headline], body: float) -> tuple[Table, Headline | None]:
    above = [h for h in headlines if -body < table.box.top - h.box.bottom < 2.5 * body and h.box.across(table.box) > 0
             and h.box.width <= 1.2 * table.box.width]  # fmt: skip
    return table, max(above, key=lambda h: h.box.bottom, default=None)


def _table_article(table: Table, headline: Headline | None) -> Placed:
    title, minor = (headline.lines, headline.minor) if headline else ((), ())
    return Placed("table", title, minor, tuple(table.lines), headline.box if headline else table.box)


def _article(article: Article, frame: Box | None) -> Placed:
    columns = reading_order(article.rows)
    lines = tuple(line for column in columns for line in column.lines)
    title, minor = (article.headline.lines, article.headline.minor) if article.headline else ((), ())
    boxes = [line.box for line in (*title, *minor, *lines)]
    back = lines and BACK.search(lines[0].text)
    kind = "continued" if back else _kind("".join(line.text for line in title), [line.text for line in lines], frame)
    return Placed(kind, title, minor, lines, around(boxes))


def _kind(title: str, lines: Sequence[str], frame: Box | None) -> str:
    for kind, words in KINDS:
        if title.startswith(words) or (kind == "ad" and frame is not None and any(line in words for line in lines)):
            return kind
    return "news"


def _numbered(content: Content, header: Header, placed: Sequence[Placed], furniture: Sequence[Line]) -> Laid:
    """Lines numbered in the order of reading: the articles', then the furniture."""
    lines: list[Line] = []
    drafts = []
    for one in placed:
        parts = []
        for part in (one.title, one.minor, one.body):
            parts.append(tuple(range(len(lines), len(lines) + len(part))))
            lines += part
        drafts.append(Draft(one.kind, *parts))
    lines += furniture
    return Laid(content.width, content.height, tuple(lines), tuple(drafts), header.number, header.name, header.date,
                header.text)
