// Articles as lists of printed lines, and every act of an editor as a function from one arrangement to the next.
// Knows no element of the page. A line is one number: page × 100000 + its number there; the server checks it all again.
(function () {
  "use strict";

  const PAGE = 100000;
  const PARTS = ["title", "subtitle", "body"];
  let made = 0;

  const pageOf = line => Math.floor(line / PAGE);
  const linesOf = article => article.title.concat(article.subtitle, article.body);
  const find = (state, id) => state.articles.find(one => one.id === id);
  const copied = state => ({ articles: state.articles.map(one => Object.assign({}, one)), begins: Object.assign({}, state.begins) });

  // line → the article and part it is in.
  function owners(state) {
    const found = new Map();
    state.articles.forEach(article => PARTS.forEach(part => article[part].forEach(line => found.set(line, { article, part }))));
    return found;
  }

  // The articles that stand on a page: its own in their order, then those of other pages that go on here.
  function shownOn(state, page) {
    const own = state.articles.filter(one => one.page === page);
    return own.concat(state.articles.filter(one => one.page !== page && linesOf(one).some(line => pageOf(line) === page)));
  }

  function without(state, lines) {
    const gone = new Set(lines), next = copied(state);
    next.articles.forEach(article => PARTS.forEach(part => {
      if (article[part].some(line => gone.has(line))) article[part] = article[part].filter(line => !gone.has(line));
    }));
    return next;
  }

  // An article that lost its last line is gone; one that never had any was typed.
  function tidied(state) {
    state.articles = state.articles.filter(one => one.written || linesOf(one).length);
    return state;
  }

  // Geometry. `place(line)` gives {left, top, right, bottom, size} on the page shown, undefined elsewhere.

  function shared(a, b) { return Math.min(a.right, b.right) - Math.max(a.left, b.left); }
  function sameColumn(a, b) { return shared(a, b) > 0.5 * Math.min(a.right - a.left, b.right - b.left); }

  // How unlikely it is that line `behind` is read right after line `before`. Where the lines of another page stand is
  // not known here: their numbers go by the order of reading.
  function leap(before, behind, place) {
    const a = place(before), b = place(behind);
    if (pageOf(before) !== pageOf(behind)) return pageOf(behind) > pageOf(before) ? 6 : 40;
    if (!a || !b) return behind > before ? 1 : 20;
    if (sameColumn(a, b)) return b.top > a.top ? Math.max(0, b.top - a.bottom) / a.size : 40;
    if (b.left > a.left) return (b.top < a.top ? 3 : 9) + (b.left - a.right) / a.size / 10;
    return b.top > a.bottom ? 12 : 40;
  }

  // Columns from left to right, each from the top down; lines of other pages before or behind them, as the pages stand.
  function byColumns(lines, place) {
    const known = lines.filter(line => place(line));
    const columns = [];
    known.slice().sort((a, b) => width(place(b)) - width(place(a))).forEach(line => {
      const home = columns.find(column => sameColumn(column.box, place(line)));
      if (home) home.lines.push(line); else columns.push({ box: place(line), lines: [line] });
    });
    columns.sort((a, b) => a.box.left - b.box.left);
    columns.forEach(column => column.lines.sort((a, b) => place(a).top - place(b).top));
    const here = known.length ? pageOf(known[0]) : 0, elsewhere = lines.filter(line => !place(line));
    return elsewhere.filter(line => pageOf(line) < here).concat(columns.flatMap(column => column.lines),
      elsewhere.filter(line => pageOf(line) >= here));
  }
  function width(box) { return box.right - box.left; }

  // A headline's lines: row by row.
  function byRows(lines, place) {
    return lines.slice().sort((a, b) => {
      const one = place(a), other = place(b);
      if (!one || !other) return 0;
      return Math.abs(one.top - other.top) < 0.5 * Math.min(one.size, other.size) ? one.left - other.left : one.top - other.top;
    });
  }

  // Where a block of lines is best read within a text.
  function inserted(body, block, place) {
    if (!block.length) return body;
    const first = block[0], last = block[block.length - 1];
    let best = body.length, least = Infinity;
    for (let at = 0; at <= body.length; at += 1) {
      const cost = (at ? leap(body[at - 1], first, place) : 0) + (at < body.length ? leap(last, body[at], place) : 0);
      if (cost < least) { least = cost; best = at; }
    }
    return body.slice(0, best).concat(block, body.slice(best));
  }

  // Lines in the order in which they were read, if they were one text; else by columns.
  function inOrder(state, lines, place) {
    const where = owners(state), homes = new Set(lines.map(line => { const own = where.get(line); return own ? own.article.id : ""; }));
    if (homes.size !== 1 || homes.has("")) return byColumns(lines, place);
    const chosen = new Set(lines), article = where.get(lines[0]).article;
    return linesOf(article).filter(line => chosen.has(line));
  }

  function put(article, part, lines, place) {
    if (part === "body") article.body = inserted(article.body, lines, place);
    else article[part] = byRows(article[part].concat(lines), place);
  }

  // Acts.

  // Lines go to an article; headline stays headline unless `part` says otherwise.
  function assign(state, lines, id, part, place) {
    const where = owners(state), ordered = inOrder(state, lines, place), next = without(state, lines);
    const target = find(next, id);
    if (!target || target.written) return state;
    PARTS.forEach(one => put(target, one, ordered.filter(line => {
      const own = where.get(line);
      return (part || (own ? own.part : "body")) === one;
    }), place));
    return tidied(next);
  }

  function setPart(state, lines, part, current, place) {
    const where = owners(state);
    const groups = new Map();
    lines.forEach(line => {
      const own = where.get(line), id = own ? own.article.id : current;
      if (id) groups.set(id, (groups.get(id) || []).concat(line));
    });
    let next = state;
    groups.forEach((some, id) => { next = assign(next, some, id, part, place); });
    return next;
  }

  // The lines become an article of their own, behind the one they were taken from.
  function apart(state, lines, page, place) {
    const where = owners(state), ordered = inOrder(state, lines, place), next = without(state, lines);
    const from = where.get(ordered[0]);
    if (from && !tidied(copied(next)).articles.some(one => one.id === from.article.id) &&
      ordered.every(line => where.has(line) && where.get(line).article === from.article)) return state;  // it is one already
    const article = fresh(page);
    ordered.forEach(line => article[where.has(line) ? where.get(line).part : "body"].push(line));
    article.kind = from ? from.article.kind : "news";
    if (["masthead", "table"].includes(article.kind)) article.kind = "news";
    const at = next.articles.findIndex(one => from && one.id === from.article.id);
    const home = at >= 0 && next.articles[at].page === page ? at + 1 : next.articles.filter(one => one.page <= page).length;
    next.articles.splice(home, 0, article);
    return tidied(next);
  }

  function fresh(page) {
    made += 1;
    return { id: "new" + made, page, key: "", kind: "news", title: [], subtitle: [], body: [], written: null };
  }

  function drop(state, lines) { return tidied(without(state, lines)); }

  function begin(state, lines, begins, initially) {
    const next = copied(state);
    lines.forEach(line => {
      if (initially(line) === begins) delete next.begins[line]; else next.begins[line] = begins;
    });
    return next;
  }

  // The chosen block moves before what is read before it (by < 0) or behind what is read after it: by one line, or for
  // several lines by a whole piece of column.
  function shift(state, lines, by, place) {
    const where = owners(state), own = where.get(lines[0]);
    if (!own) return state;
    const next = copied(state), article = find(next, own.article.id), all = article[own.part];
    const chosen = new Set(lines), block = all.filter(line => chosen.has(line)), rest = all.filter(line => !chosen.has(line));
    const edge = by < 0 ? all.indexOf(block[0]) : all.indexOf(block[block.length - 1]);
    let at = all.slice(0, edge).filter(line => !chosen.has(line)).length;
    const stop = by < 0 ? 0 : rest.length;
    if (at === stop) return state;
    do { at += by; } while (block.length > 1 && at !== stop && joined(rest[at - 1], rest[at], place));
    article[own.part] = rest.slice(0, at).concat(block, rest.slice(at));
    return next;
  }
  function joined(a, b, place) {
    const one = place(a), other = place(b);
    return one && other && sameColumn(one, other) && other.top > one.top;
  }

  function sorted(state, id, place) {
    const next = copied(state), article = find(next, id);
    if (article) article.body = byColumns(article.body, place);
    return next;
  }

  // Among the articles of its page.
  function move(state, id, by) {
    const next = copied(state), article = find(next, id), own = next.articles.filter(one => one.page === article.page);
    const other = own[own.indexOf(article) + by];
    if (!other) return state;
    const here = next.articles.indexOf(article), there = next.articles.indexOf(other);
    next.articles[here] = other;
    next.articles[there] = article;
    return next;
  }

  // All of one article behind the text of another. Its headline is a headline there only if that one had none.
  function join(state, id, into, initially) {
    const next = copied(state), article = find(next, id), target = find(next, into);
    if (!article || !target || article === target || article.written || target.written) return state;
    const heading = target.title.length ? article.title.concat(article.subtitle) : [];
    if (!target.title.length) { target.title = article.title; target.subtitle = target.subtitle.concat(article.subtitle); }
    if (heading.length && !initially(heading[0])) next.begins[heading[0]] = true;
    target.body = target.body.concat(heading, article.body);
    next.articles.splice(next.articles.indexOf(article), 1);
    return next;
  }

  // What an article has on another page becomes an article of that page.
  function cut(state, id, page) {
    const next = copied(state), article = find(next, id), piece = fresh(page);
    PARTS.forEach(part => {
      piece[part] = article[part].filter(line => pageOf(line) === page);
      article[part] = article[part].filter(line => pageOf(line) !== page);
    });
    next.articles.splice(next.articles.filter(one => one.page <= page).length, 0, piece);
    return tidied(next);
  }

  function remove(state, id) {
    const next = copied(state);
    next.articles = next.articles.filter(one => one.id !== id);
    return next;
  }

  function setKind(state, id, kind) {
    const next = copied(state);
    find(next, id).kind = kind;
    return next;
  }

  function write(state, id, page, words) {
    const next = copied(state);
    let article = find(next, id);
    if (!article) {
      article = fresh(page);
      next.articles.splice(next.articles.filter(one => one.page <= page).length, 0, article);
    }
    article.written = words;
    return next;
  }

  // Pages whose articles must be sent together: this one and all that jumps tie to it, then and now.
  function together(states, page) {
    const found = new Set([page]);
    for (let size = 0; size !== found.size;) {
      size = found.size;
      states.forEach(state => state.articles.forEach(article => {
        const pages = linesOf(article).map(pageOf).concat(article.page);
        if (pages.some(one => found.has(one))) pages.forEach(one => found.add(one));
      }));
    }
    return found;
  }

  function same(one, other) {
    const plain = state => JSON.stringify([state.articles.map(a => [a.id, a.page, a.kind, a.title, a.subtitle, a.body, a.written]),
      Object.entries(state.begins).sort()]);
    return plain(one) === plain(other);
  }

  window.Mending = { PAGE, pageOf, linesOf, owners, shownOn, find, assign, setPart, apart, drop, begin, shift, sorted, move,
    join, cut, remove, setKind, write, together, same };
})();
