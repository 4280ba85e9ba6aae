// The screen where a page's articles are mended: what is chosen, the acts, undoing, the list, saving.
(function () {
  "use strict";

  const root = document.getElementById("mend");
  if (!root) return;
  const data = JSON.parse(root.dataset.mend), M = window.Mending, base = data.page * M.PAGE;
  const part = name => root.querySelector("[data-" + name + "]");
  const initially = line => M.pageOf(line) === data.page && data.lines[line - base] ? data.lines[line - base][6] === 1 : undefined;

  const first = { begins: {}, articles: data.articles.map(one => Object.assign({}, one, { id: one.page + "/" + one.key })) };
  let state = first, past = [], future = [], selected = new Set(), at = null, anchor = null, current = null;
  let done = false;  // an act has used what is chosen: the next choice begins anew
  let texts = new Map(), asked = 0, timer = null, leaving = false, fresh = null;
  const place = line => M.pageOf(line) === data.page ? picture.place(line) : undefined;

  const picture = window.MendingPicture(part("frame"), data, base, {
    picked(line, how) {
      if (line === null) { if (how === "only") clear(); return; }
      if (how === "range" && anchor !== null) choose(between(anchor, line), false);
      else if (how === "toggle") toggle(line);
      else choose([line], false);
      if (how !== "range") anchor = line;
      at = line;
      show();
    },
    boxed(lines, adds) { choose(lines, adds); if (lines.length) { at = lines[0]; anchor = lines[0]; } show(); },
    doubled(line) { chooseArticle(line); },
    walked,
  });

  // What stands on the page now.

  const shown = () => M.shownOn(state, data.page);
  const numberOf = article => shown().findIndex(one => one.id === article.id) + 1;
  function reading() {
    const found = shown().flatMap(M.linesOf).filter(line => M.pageOf(line) === data.page), seen = new Set(found);
    return found.concat(data.lines.map((_, n) => base + n).filter(line => !seen.has(line)));
  }
  function between(a, b) {
    const order = reading(), one = order.indexOf(a), other = order.indexOf(b);
    return order.slice(Math.min(one, other), Math.max(one, other) + 1);
  }
  const ordered = () => reading().filter(line => selected.has(line));
  const articleOf = line => { const own = M.owners(state).get(line); return own ? own.article : null; };

  // Choosing.

  function choose(lines, adds) {
    if (!adds || done) selected = new Set();
    done = false;
    lines.forEach(line => selected.add(line));
    const home = lines.length ? articleOf(lines[lines.length - 1]) : null;
    if (home) current = home.id;
  }
  function toggle(line) {
    if (selected.has(line) && !done) selected.delete(line); else choose([line], true);
  }
  function chooseArticle(line) {
    const own = articleOf(line);
    if (!own) return;
    choose(M.linesOf(own).filter(one => M.pageOf(one) === data.page), false);
    at = line;
    show();
  }
  function clear() { selected = new Set(); anchor = null; show(); }

  // Acts.

  function change(next, words) {
    if (next === state) { part("count").textContent = "这样排没有变化。"; return; }
    past.push(state);
    future = [];
    done = true;
    settle(next, words);
  }
  function settle(next, words) {
    state = next;
    if (!M.find(state, current)) current = null;
    const homes = new Set(ordered().map(line => (articleOf(line) || {}).id));
    if (homes.size === 1 && !homes.has(undefined)) current = [...homes][0];
    show();
    part("count").textContent = words + "。";
    ask();
  }
  function back(from, to, words) {
    if (!from.length) return;
    to.push(state);
    settle(from.pop(), words);
  }
  const many = () => selected.size + "行";
  const partNames = { title: "标题", subtitle: "副题", body: "正文" };

  const acts = {
    title: () => setPart("title"), subtitle: () => setPart("subtitle"), body: () => setPart("body"),
    apart: () => change(M.apart(state, ordered(), data.page, place), many() + "另成一篇"),
    drop: () => change(M.drop(state, ordered()), many() + "不属于文章"),
    begins: () => change(M.begin(state, ordered().slice(0, 1), true, initially), "从这里另起一段"),
    goeson: () => change(M.begin(state, ordered(), false, initially), "接上一段"),
    before: () => change(M.shift(state, ordered(), -1, place), "往前移了"),
    behind: () => change(M.shift(state, ordered(), 1, place), "往后移了"),
    clear,
    undo: () => back(past, future, "撤销了一步"),
    redo: () => back(future, past, "重做了一步"),
    save: () => save(false), checked: () => save(true), over: () => { Object.assign(seen, fresh); save(false); },
    away: () => elsewhereWith(into => M.assign(state, ordered(), into, "body", place)),
    type: () => typeIn(null),
  };
  function setPart(name) {
    change(M.setPart(state, ordered(), name, current, place), many() + "成为" + partNames[name]);
  }
  function assign(number) {
    const target = shown()[number - 1];
    if (!target || target.written || !selected.size) return;
    change(M.assign(state, ordered(), target.id, null, place), many() + "归到第" + number + "篇");
  }
  const ofArticle = {
    pick: id => { current = id; choose(M.linesOf(M.find(state, id)).filter(line => M.pageOf(line) === data.page), false);
      at = ordered()[0] === undefined ? at : ordered()[0]; show(); if (at !== null) picture.reveal(at); },
    up: id => change(M.move(state, id, -1), "往前调了一位"),
    down: id => change(M.move(state, id, 1), "往后调了一位"),
    join: id => {
      const list = shown(), before = list[list.findIndex(one => one.id === id) - 1];
      if (before) { current = before.id; change(M.join(state, id, before.id, initially), "并入了上一篇"); }
    },
    sort: id => change(M.sorted(state, id, place), "按栏重排了"),
    remove: id => change(M.remove(state, id), "删掉了这一篇，字不属于文章了"),
    away: id => elsewhereWith(into => M.join(state, id, into, initially)),
    edit: id => typeIn(id),
  };

  // Drawing.

  function show() {
    const list = shown(), owners = new Map();
    list.forEach((article, n) => ["title", "subtitle", "body"].forEach(name => article[name].forEach(line => {
      owners.set(line, { number: n + 1, part: name });
    })));
    const now = current && M.find(state, current);
    picture.draw({
      owners, selected, at, current: now ? M.linesOf(now) : [],
      begins: line => line in state.begins ? state.begins[line] : initially(line),
      badges: list.map((article, n) => ({
        number: n + 1, current: article.id === current, line: M.linesOf(article).find(line => M.pageOf(line) === data.page),
      })).filter(badge => badge.line !== undefined),
    });
    root.querySelectorAll("[data-needs]").forEach(button => { button.disabled = !selected.size; });
    root.querySelector("[data-act=undo]").disabled = !past.length;
    root.querySelector("[data-act=redo]").disabled = !future.length;
    root.querySelector("[data-act=save]").disabled = !changed();
    part("acts").classList.toggle("chosen", selected.size > 0);
    part("saved").textContent = changed() ? "有改动，还没有保存。" : "";
    part("count").textContent = selected.size ? "选中 " + many() + "，归到：" : data.lines.length ? "在版面上点一行，或拖出一个框。" : "";
    numbers(list);
    articles(list);
    share(owners);
  }
  const changed = () => !M.same(first, state);

  function share(owners) {
    const total = data.lines.reduce((sum, line) => sum + line[0].length, 0);
    const inside = data.lines.reduce((sum, line, n) => sum + (owners.has(base + n) ? line[0].length : 0), 0);
    part("share").textContent = total ? "这一版 " + total + " 个字，" + Math.floor(inside / total * 100) + "% 归进了文章。" : "";
  }

  function make(name, attributes, words, parent) {
    const made = document.createElement(name);
    Object.keys(attributes).forEach(key => {
      if (attributes[key] === true) made.setAttribute(key, ""); else if (attributes[key] !== false) made.setAttribute(key, attributes[key]);
    });
    if (words) made.textContent = words;
    if (parent) parent.appendChild(made);
    return made;
  }

  function numbers(list) {
    const holder = part("numbers");
    holder.textContent = "";
    list.forEach((article, n) => {
      if (article.written) return;
      make("button", { type: "button", class: "mend-number hue-" + (n + 1) % 8, "data-number": n + 1, disabled: !selected.size,
        "aria-label": "归到第" + (n + 1) + "篇" }, String(n + 1), holder);
    });
  }

  // As the server read it; until it answers, the letters as they stand.
  function textOf(article) {
    const known = texts.get(article.id);
    if (known) return known;
    const joined = lines => lines.map(line => M.pageOf(line) === data.page ? data.lines[line - base][0] : "……").join("");
    if (article.written) return Object.assign({}, article.written, { paragraphs: article.written.text.split("\n") });
    return { title: joined(article.title), subtitle: joined(article.subtitle), byline: "", paragraphs: [joined(article.body)] };
  }

  function articles(list) {
    const holder = part("list"), focused = document.activeElement && document.activeElement.dataset.of
      ? [document.activeElement.dataset.id, document.activeElement.dataset.of] : null;
    holder.textContent = "";
    list.forEach((article, n) => holder.appendChild(item(article, n, list)));
    if (focused) {
      const again = [...holder.querySelectorAll("[data-of]")].find(one => one.dataset.id === focused[0] && one.dataset.of === focused[1]);
      if (again && !again.disabled) again.focus();
    }
    part("typed").hidden = data.lines.length > 0;
    part("acts").hidden = part("hint").hidden = part("keys").hidden = !data.lines.length;
    if (!list.length && data.lines.length) make("li", { class: "mend-none" }, "还没有文章。选中一些行，再按“另成一篇”。", holder);
  }

  function item(article, n, list) {
    const text = textOf(article), own = article.page === data.page;
    const row = make("li", { class: "mend-article hue-" + (n + 1) % 8 + (article.id === current ? " current" : ""), "data-article": n + 1 });
    const head = make("button", { type: "button", class: "mend-head", "data-of": "pick", "data-id": article.id,
      "aria-expanded": article.id === current ? "true" : "false" }, "", row);
    make("span", { class: "mend-chip" }, String(n + 1), head);
    make("span", { class: "mend-title" }, text.title || "（没有标题）", head);
    make("span", { class: "mend-first" }, text.paragraphs.join("").slice(0, 24), head);
    if (!own) make("p", { class: "mend-note" }, "这是" + data.pages[article.page].number + "版那一篇的下文。", row);
    elsewhere(article, row);
    if (article.id !== current) return row;
    const tools = make("div", { class: "mend-tools" }, "", row);
    if (own) kinds(article, tools);
    const peers = list.filter(one => one.page === article.page), here = peers.indexOf(article);
    const tool = (of, words, off) => make("button", { type: "button", class: "btn btn-sm btn-outline-secondary", "data-of": of,
      "data-id": article.id, disabled: off }, words, tools);
    if (own) { tool("up", "上移", here === 0); tool("down", "下移", here === peers.length - 1); }
    if (!article.written) {
      if (own) tool("join", "并入上一篇", n === 0 || Boolean(list[n - 1].written));
      tool("sort", "按栏重排", false);
      if (own) tool("away", "接到另一版的文章", data.pages.length < 2);
    } else tool("edit", "改文字", false);
    if (own) tool("remove", "删掉", false);
    preview(text, row);
    return row;
  }

  function kinds(article, holder) {
    const field = make("select", { class: "form-select form-select-sm", "aria-label": "这一篇是什么", "data-kind": article.id }, "", holder);
    const known = data.kinds.some(one => one[0] === article.kind) ? data.kinds : data.kinds.concat([[article.kind, "其他"]]);
    known.forEach(one => { make("option", { value: one[0] }, one[1], field).selected = one[0] === article.kind; });
  }

  function elsewhere(article, row) {
    const counts = new Map();
    M.linesOf(article).map(M.pageOf).filter(page => page !== data.page).forEach(page => counts.set(page, (counts.get(page) || 0) + 1));
    counts.forEach((count, page) => {
      const note = make("p", { class: "mend-note" }, "另有 " + count + " 行在" + data.pages[page].number + "版。", row);
      make("button", { type: "button", class: "btn btn-sm btn-outline-secondary", "data-cut": article.page === page ? data.page : page,
        "data-id": article.id }, "断开", note);
    });
  }

  function preview(text, row) {
    const holder = make("div", { class: "mend-text", "aria-label": "读起来是这样" }, "", row);
    if (text.title) make("p", { class: "mend-text-title" }, text.title, holder);
    [text.subtitle, text.byline].filter(Boolean).forEach(words => make("p", { class: "mend-text-minor" }, words, holder));
    text.paragraphs.forEach(words => make("p", {}, words, holder));
  }

  // Dialogs.

  function elsewhereWith(act) {
    const dialog = root.querySelector("[data-dialog=join]"), pages = dialog.querySelector("#join-page"), list = dialog.querySelector("#join-article");
    const choices = page => state.articles.filter(one => one.page === page && !one.written);
    const fill = () => {
      list.textContent = "";
      choices(Number(pages.value)).forEach(one => make("option", { value: one.id }, titleOf(one), list));
    };
    pages.textContent = "";
    data.pages.forEach((page, n) => { if (n !== data.page && choices(n).length) make("option", { value: n }, page.number + "版", pages); });
    if (!pages.options.length) { part("count").textContent = "别的版还没有文章可接。"; return; }
    pages.onchange = fill;
    fill();
    dialog.onclose = () => {
      if (dialog.returnValue !== "yes" || !list.value) return;
      const words = "接到了" + data.pages[Number(pages.value)].number + "版的文章";
      const into = list.value, next = act(into);
      current = into;
      change(next, words);
    };
    dialog.returnValue = "";
    dialog.showModal();
  }
  function titleOf(article) {
    const known = texts.get(article.id);
    return (known ? known.title : article.reads) || (article.first ? article.first + "……" : "（没有标题）");
  }

  function typeIn(id) {
    const dialog = root.querySelector("[data-dialog=type]"), old = id ? M.find(state, id).written : { title: "", subtitle: "", byline: "", text: "" };
    const fields = { title: "heading", subtitle: "minor", byline: "byline", text: "text" };
    const field = name => dialog.querySelector("#type-" + fields[name]);
    Object.keys(fields).forEach(name => { field(name).value = old[name]; });
    dialog.onclose = () => {
      if (dialog.returnValue !== "yes") return;
      const words = {};
      Object.keys(fields).forEach(name => { words[name] = field(name).value; });
      if (words.title.trim() || words.text.trim()) change(M.write(state, id, data.page, words), id ? "改好了" : "录入了一篇");
    };
    dialog.returnValue = "";
    dialog.showModal();
  }

  // The server.

  const seen = {};
  function given() {
    const pages = M.together([first, state], data.page), named = {};
    pages.forEach(page => { named[page] = seen[page] || data.pages[page].state; });
    const sent = state.articles.filter(one => pages.has(one.page));
    const body = {
      seen: named,
      begins: Object.entries(state.begins).map(one => [Number(one[0]), one[1]]),
      articles: sent.map(one => ({ page: one.page, key: one.key, kind: one.kind, title: one.title, subtitle: one.subtitle,
        body: one.body, written: one.written })),
    };
    return { body, ids: sent.map(one => one.id) };
  }

  // Somebody who signed in again in another window has another token: it is fetched, and what was arranged goes through.
  function send(address, body, again) {
    return fetch(address, {
      method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": root.dataset.csrf }, body: JSON.stringify(body),
    }).then(answer => {
      if ((answer.headers.get("Content-Type") || "").includes("json")) return answer.json();
      return again ? { problem: "没有保存成。您排的还在这里，请过一会儿再试。" } : renewed().then(known => known ? send(address, body, true)
        : { problem: "登录已经过期。您排的还在这里：请另开一个窗口登录，再回来保存。" });
    }).catch(() => ({ problem: "连不上网。您排的还在这里，请过一会儿再试。" }));
  }
  function renewed() {
    return fetch(location.href).then(answer => answer.text()).then(page => {
      const found = new DOMParser().parseFromString(page, "text/html").getElementById("mend");
      if (found) root.dataset.csrf = found.dataset.csrf;
      return Boolean(found);
    });
  }

  function ask() {
    texts = new Map();
    clearTimeout(timer);
    timer = setTimeout(() => {
      const round = asked += 1, sent = given();
      send(data.previewUrl, sent.body).then(answer => {
        if (round !== asked) return;
        tell(answer);
        if (!answer.articles) return;
        texts = new Map(sent.ids.map((id, n) => [id, answer.articles[n]]));
        part("lost").hidden = !answer.lost;
        part("lost").textContent = answer.lost;
        articles(shown());
      });
    }, 300);
  }

  function tell(answer) {
    const line = part("problem-line");
    line.hidden = !answer.problem;
    line.querySelector("span").textContent = answer.problem || "";
    fresh = answer.fresh || null;
    line.querySelector("[data-act=over]").hidden = !fresh;
  }

  function save(checked) {
    if (leaving) return;
    leaving = true;
    clearTimeout(timer);
    asked += 1;
    part("saved").textContent = "正在保存……";
    const sent = given().body;
    send(data.saveUrl, Object.assign(sent, { checked })).then(answer => {
      if (answer.next) { location.assign(answer.next); return; }
      leaving = false;
      tell(answer);
      part("saved").textContent = "没有保存。";
      part("problem-line").scrollIntoView({ block: "center" });
    });
  }
  window.addEventListener("beforeunload", event => { if (!leaving && changed()) event.preventDefault(); });

  // Keys.

  const letters = { t: "title", s: "subtitle", b: "body", n: "apart", x: "drop", p: "begins", c: "goeson", "[": "before", "]": "behind" };

  function step(line, extends_) {
    if (line === null || line === undefined) return;
    at = line;
    if (extends_) { choose(between(anchor === null ? line : anchor, line), false); } else anchor = line;
    const home = articleOf(line);
    if (home) current = home.id;
    show();
    picture.reveal(line);
  }

  function walked(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key, order = reading(), here = at === null ? -1 : order.indexOf(at);
    if (!order.length) return;
    const moves = {
      ArrowDown: () => step(order[Math.min(order.length - 1, here + 1)], event.shiftKey),
      ArrowUp: () => step(order[Math.max(0, here - 1)], event.shiftKey),
      ArrowRight: () => at === null ? step(order[0]) : step(picture.beside(at, 1), event.shiftKey),
      ArrowLeft: () => at === null ? step(order[0]) : step(picture.beside(at, -1), event.shiftKey),
      Home: () => step(order[0], event.shiftKey), End: () => step(order[order.length - 1], event.shiftKey),
      " ": () => { if (at !== null) { toggle(at); anchor = at; show(); } },
    };
    if (moves[key]) { event.preventDefault(); moves[key](); }
  }

  document.addEventListener("keydown", event => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase(), ctrl = event.ctrlKey || event.metaKey;
    if (ctrl && key === "s") { event.preventDefault(); if (changed()) save(false); return; }
    if (/^(input|textarea|select)$/i.test(event.target.tagName)) return;
    if (ctrl && (key === "z" || key === "y")) {
      event.preventDefault();
      acts[key === "y" || event.shiftKey ? "redo" : "undo"]();
      return;
    }
    if (ctrl) return;
    const used = byKey(key);
    if (used) event.preventDefault();
  });
  function byKey(key) {
    if (letters[key]) { if (selected.size) acts[letters[key]](); return true; }
    if (/^[1-9]$/.test(key)) { assign(Number(key)); return true; }
    if (key === "g") { const number = Number(window.prompt("归到第几篇？")); if (number) assign(number); return true; }
    if (key === "a" && at !== null) { chooseArticle(at); return true; }
    if (key === "escape") { clear(); return true; }
    if (key === "+" || key === "=") { picture.setZoom(picture.zoom() * 1.4); return true; }
    if (key === "-") { picture.setZoom(picture.zoom() / 1.4); return true; }
    const article = { u: "up", d: "down", j: "join" }[key];
    if (article && current) { ofArticle[article](current); return true; }
    return false;
  }

  // Buttons.

  root.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button || button.disabled) return;
    const set = button.dataset;
    if (set.act) acts[set.act]();
    else if (set.number) assign(Number(set.number));
    else if (set.of) ofArticle[set.of](set.id);
    else if (set.cut) change(M.cut(state, set.id, Number(set.cut)), "断开了");
    else if (set.mode) setMode(set.mode);
    else if (set.zoom) picture.setZoom(set.zoom === "0" ? 1 : picture.zoom() * (set.zoom === "1" ? 1.4 : 1 / 1.4));
  });
  root.addEventListener("change", event => {
    if (event.target.dataset.kind) change(M.setKind(state, event.target.dataset.kind, event.target.value), "改好了");
  });
  function setMode(mode) {
    picture.setMode(mode);
    root.querySelectorAll("[data-mode]").forEach(one => one.setAttribute("aria-pressed", one.dataset.mode === mode ? "true" : "false"));
  }

  setMode(window.matchMedia("(pointer: coarse)").matches ? "move" : "select");
  show();
  if (data.articles.length) ask();
})();
