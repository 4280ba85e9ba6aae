// Page pictures: zooming with tiles, other reports' marks, the whole page over a report. Everything works without it.
(function () {
  "use strict";

  var SVG = "http://www.w3.org/2000/svg", TILE = 512, STEP = 1.4, KEY = "woodpecker.other-marks";
  var FAR = 0.42; // below it the letters are too small for numbers beside them
  var READABLE = 24; // pixels in which the height of a marked line is shown at first

  function all(part, selector) { return Array.prototype.slice.call(part.querySelectorAll(selector)); }
  all(document, "[data-needs-script]").forEach(function (part) { part.hidden = false; });

  // Marks

  function drawn(name, values) {
    var part = document.createElementNS(SVG, name);
    Object.keys(values).forEach(function (key) { part.setAttribute(key, values[key]); });
    return part;
  }

  function boxes(into, spots) {
    spots.forEach(function (s) {
      into.appendChild(drawn("rect", { class: "mark", x: s[0], y: s[1], width: s[2], height: s[3] }));
      into.appendChild(drawn("line", { class: "mark-line", x1: s[0], y1: s[1] + s[3], x2: s[0] + s[2], y2: s[1] + s[3] }));
    });
  }

  function otherMark(mark) {
    var link = drawn("a", { href: mark.address, class: "other-mark is-" + mark.kind, "aria-label": mark.label });
    var title = drawn("title", {});
    title.textContent = mark.label;
    link.appendChild(title);
    boxes(link, mark.spots);
    var first = mark.spots[0], size = Math.max(16, Math.min(30, first[3] * 0.7));
    var number = drawn("text", { x: first[0], y: first[1] - size * 0.25, "font-size": size });
    number.textContent = (mark.kind === "accepted" ? "✓" : "") + mark.number + (mark.count > 1 ? "等" + mark.count + "条" : "");
    link.appendChild(number);
    return link;
  }

  var asked = {};

  function marksOf(address) {
    if (!asked[address]) {
      asked[address] = fetch(address, { credentials: "same-origin" }).then(function (answer) {
        if (!answer.ok) throw new Error("no marks");
        return answer.json();
      }).then(function (found) { return found.marks; });
      asked[address].catch(function () { delete asked[address]; });
    }
    return asked[address];
  }

  function remembered() {
    try { return localStorage.getItem(KEY) === "yes"; } catch (_) { return false; }
  }
  function remember(on) {
    try { localStorage.setItem(KEY, on ? "yes" : "no"); } catch (_) { /* a private window */ }
  }

  // The marks of other reports on one drawing; its own report is marked already.
  function showOthers(svg, on) {
    all(svg, ".other-mark").forEach(function (part) { part.remove(); });
    var address = svg.dataset.marks, own = Number(svg.dataset.report);
    if (!on || !address) return;
    marksOf(address).then(function (marks) {
      if (svg.dataset.marks !== address || !othersOn || svg.querySelector(".other-mark")) return;
      var box = svg.viewBox.baseVal, mine = svg.querySelector(".own-mark");
      marks.forEach(function (mark) {
        var here = mark.spots.some(function (s) {
          return s[0] < box.x + box.width && s[0] + s[2] > box.x && s[1] < box.y + box.height && s[1] + s[3] > box.y;
        });
        if (here && mark.number !== own) svg.insertBefore(otherMark(mark), mine);
      });
    }).catch(function () { /* the page is as it was without them */ });
  }

  var othersOn = remembered();

  function applyOthers() {
    all(document, "[data-other-marks]").forEach(function (box) { box.checked = othersOn; });
    all(document, "svg[data-marks]").forEach(function (svg) { showOthers(svg, othersOn); });
  }

  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-other-marks]")) return;
    othersOn = event.target.checked;
    remember(othersOn);
    applyOthers();
  });

  // One page to be looked at closely. `sheet`: page, width, height, levels, version, tiles.
  function Viewer(root) {
    var scroll = root.querySelector(".viewer-scroll"), sheet = root.querySelector(".viewer-sheet");
    var base = root.querySelector(".viewer-base"), tiles = root.querySelector(".viewer-tiles");
    var failed = root.querySelector("[data-failed]");
    var page = null, scale = 0, waiting = false;

    function fit() { return Math.min(scroll.clientWidth / page.width, scroll.clientHeight / page.height); }
    function most() { return Math.max(2.5 / (window.devicePixelRatio || 1), fit() * 4); }

    // `x`, `y`: the point of the box that stays where it is.
    function zoomTo(wanted, x, y) {
      if (!page) return;
      var next = Math.max(Math.min(fit(), most()), Math.min(most(), wanted));
      if (x === undefined) { x = scroll.clientWidth / 2; y = scroll.clientHeight / 2; }
      var left = sheet.offsetLeft, top = sheet.offsetTop;
      var px = (scroll.scrollLeft + x - left) / (scale || 1), py = (scroll.scrollTop + y - top) / (scale || 1);
      scale = next;
      sheet.style.width = page.width * scale + "px";
      sheet.classList.toggle("is-far", scale < FAR);
      scroll.scrollLeft = px * scale + sheet.offsetLeft - x;
      scroll.scrollTop = py * scale + sheet.offsetTop - y;
      look();
    }

    function look() {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(function () { waiting = false; fill(); });
    }

    // Lays the tiles that are seen over the small picture of the whole page.
    function fill() {
      if (!page || !scroll.clientWidth) return;
      var sharp = scale * (window.devicePixelRatio || 1);
      var level = Math.max(0, Math.min(page.levels, page.levels + Math.ceil(Math.log2(sharp) - 0.2)));
      if (base.naturalWidth && page.width * sharp <= base.naturalWidth * 1.1) level = -1;
      var part = Math.pow(2, page.levels - level), wide = Math.ceil(page.width / part), high = Math.ceil(page.height / part);
      var toLevel = wide / (page.width * scale), x = scroll.scrollLeft - sheet.offsetLeft, y = scroll.scrollTop - sheet.offsetTop;
      var wanted = {};
      if (level >= 0) {
        var first = Math.max(0, Math.floor(x * toLevel / TILE)), last = Math.min(Math.ceil(wide / TILE) - 1, Math.floor((x + scroll.clientWidth) * toLevel / TILE));
        var from = Math.max(0, Math.floor(y * toLevel / TILE)), to = Math.min(Math.ceil(high / TILE) - 1, Math.floor((y + scroll.clientHeight) * toLevel / TILE));
        for (var row = from; row <= to; row++) for (var column = first; column <= last; column++) wanted[level + "/" + row + "/" + column] = [row, column];
      }
      Object.keys(wanted).forEach(function (name) {
        if (tiles.querySelector('[data-tile="' + name + '"]')) return;
        var row = wanted[name][0], column = wanted[name][1], img = new Image();
        img.alt = "";
        img.dataset.tile = name;
        img.style.left = column * TILE / wide * 100 + "%";
        img.style.top = row * TILE / high * 100 + "%";
        img.style.width = Math.min(TILE, wide - column * TILE) / wide * 100 + "%";
        img.style.height = Math.min(TILE, high - row * TILE) / high * 100 + "%";
        img.addEventListener("load", function () { tidy(level); });
        img.addEventListener("error", function () { img.remove(); });
        img.src = page.tiles + "/" + name + "?v=" + page.version;
        tiles.appendChild(img);
      });
      if (level < 0) tidy(level);
    }

    // Tiles of another zoom go once those of this one have come.
    function tidy(level) {
      var those = all(tiles, "img"), mine = those.filter(function (img) { return img.dataset.tile.split("/")[0] === String(level); });
      if (!mine.every(function (img) { return img.complete; })) return;
      those.forEach(function (img) { if (mine.indexOf(img) < 0) img.remove(); });
    }

    function reset() { tiles.replaceChildren(); scale = 0; }

    this.zoomTo = zoomTo;
    this.fit = function () { zoomTo(fit()); };
    this.open = function (which) {
      page = which;
      reset();
      root.classList.toggle("is-waiting", !(base.complete && base.naturalWidth));
    };
    this.refill = look;

    // Shows these spots in the middle: words large enough to be read, or `area`: as large as all of it may be.
    this.centre = function (spots, area) {
      if (!page) return;
      var left = Math.min.apply(null, spots.map(function (s) { return s[0]; })), top = Math.min.apply(null, spots.map(function (s) { return s[1]; }));
      var right = Math.max.apply(null, spots.map(function (s) { return s[0] + s[2]; })), bottom = Math.max.apply(null, spots.map(function (s) { return s[1] + s[3]; }));
      var wanted = Math.min(area ? most() : READABLE / spots[0][3], scroll.clientWidth * 0.85 / (right - left), scroll.clientHeight * 0.85 / (bottom - top));
      zoomTo(Math.max(fit(), Math.min(1, wanted)));
      scroll.scrollLeft = (left + right) / 2 * scale + sheet.offsetLeft - scroll.clientWidth / 2;
      scroll.scrollTop = (top + bottom) / 2 * scale + sheet.offsetTop - scroll.clientHeight / 2;
      look();
    };

    function arrived() { root.classList.remove("is-waiting"); }
    base.addEventListener("load", function () { failed.hidden = true; arrived(); look(); });
    base.addEventListener("error", function () { if (base.getAttribute("src")) { failed.hidden = false; arrived(); } });
    scroll.addEventListener("scroll", look, { passive: true });
    window.addEventListener("resize", function () { if (page && scale) { if (scale < fit()) zoomTo(fit()); look(); } });

    all(root, "[data-zoom]").forEach(function (button) {
      button.addEventListener("click", function () { act(button.dataset.zoom); });
    });
    function act(what) {
      if (what === "fit") zoomTo(fit()); else zoomTo(what === "in" ? scale * STEP : scale / STEP);
    }
    root.addEventListener("keydown", function (event) {
      if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
      var what = { "+": "in", "=": "in", "-": "out", "0": "fit" }[event.key];
      if (!what) return;
      event.preventDefault();
      event.stopPropagation(); // the same keys grade below
      act(what);
    });

    // A wheel with Ctrl is also what a touchpad sends for two fingers drawn apart.
    scroll.addEventListener("wheel", function (event) {
      if (!event.ctrlKey) return;
      event.preventDefault();
      var at = scroll.getBoundingClientRect();
      zoomTo(scale * Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.004)), event.clientX - at.left, event.clientY - at.top);
    }, { passive: false });

    var apart = 0;
    function fingers(event) {
      var a = event.touches[0], b = event.touches[1], at = scroll.getBoundingClientRect();
      return [Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY), (a.clientX + b.clientX) / 2 - at.left, (a.clientY + b.clientY) / 2 - at.top];
    }
    scroll.addEventListener("touchstart", function (event) { if (event.touches.length === 2) apart = fingers(event)[0]; }, { passive: true });
    scroll.addEventListener("touchmove", function (event) {
      if (event.touches.length !== 2 || !apart) return;
      event.preventDefault();
      var now = fingers(event);
      zoomTo(scale * now[0] / apart, now[1], now[2]);
      apart = now[0];
    }, { passive: false });
    scroll.addEventListener("touchend", function () { apart = 0; });

    // A mouse takes hold of the paper.
    var held = null;
    scroll.classList.add("is-draggable");
    scroll.addEventListener("dragstart", function (event) { event.preventDefault(); });
    scroll.addEventListener("pointerdown", function (event) {
      if (event.pointerType !== "mouse" || event.button !== 0 || event.offsetX > scroll.clientWidth && event.target === scroll) return;
      held = { x: event.clientX, y: event.clientY, left: scroll.scrollLeft, top: scroll.scrollTop, moved: false };
    });
    window.addEventListener("pointermove", function (event) {
      if (!held) return;
      if (!held.moved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < 5) return;
      held.moved = true;
      scroll.classList.add("is-dragged");
      scroll.scrollLeft = held.left - (event.clientX - held.x);
      scroll.scrollTop = held.top - (event.clientY - held.y);
    });
    window.addEventListener("pointerup", function () {
      if (held && held.moved) {
        // What was moved was not clicked.
        window.addEventListener("click", swallow, { capture: true, once: true });
        setTimeout(function () { window.removeEventListener("click", swallow, { capture: true }); }, 0);
      }
      held = null;
      scroll.classList.remove("is-dragged");
    });
    function swallow(event) { event.preventDefault(); event.stopPropagation(); }
  }

  function sheetOf(data) {
    return { page: data.page, width: Number(data.width), height: Number(data.height), levels: Number(data.levels),
      version: data.version, tiles: data.tiles };
  }

  // The whole page over a report

  var dialog = document.querySelector("[data-page-dialog]");
  if (dialog && dialog.showModal) {
    var over = new Viewer(dialog.querySelector("[data-viewer]")), scroll = dialog.querySelector(".viewer-scroll");
    document.addEventListener("click", function (event) {
      var link = event.target.closest("[data-open-page]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      var data = link.dataset, which = sheetOf(data), spots = JSON.parse(data.spots);
      var base = dialog.querySelector(".viewer-base"), svg = dialog.querySelector(".page-marks");
      dialog.querySelector("[data-failed]").hidden = true;
      dialog.querySelector("[data-title]").textContent = data.number + "版";
      base.width = which.width;
      base.height = which.height;
      base.alt = data.number + "版的版面";
      base.removeAttribute("src"); // not another page while this one comes
      base.src = data.base;
      svg.setAttribute("viewBox", "0 0 " + which.width + " " + which.height);
      svg.dataset.marks = data.marks;
      svg.dataset.report = data.report;
      var own = drawn("g", { class: "own-mark" });
      boxes(own, spots);
      svg.replaceChildren(own);
      dialog.showModal();
      over.open(which);
      if (spots.length) over.centre(spots); else over.fit();
      showOthers(svg, othersOn);
      scroll.focus({ preventScroll: true });
    });
    dialog.querySelector("[data-close]").addEventListener("click", function () { dialog.close(); });
    dialog.addEventListener("click", function (event) { if (event.target === dialog) dialog.close(); });
    // Letters and digits grade the report below; not while it is covered.
    dialog.addEventListener("keydown", function (event) { event.stopPropagation(); });
  }
  applyOthers();

  // The screen of one page

  var inline = document.querySelector("[data-viewer][data-inline]");
  if (!inline) return;
  var viewer = new Viewer(inline), svg = inline.querySelector(".page-marks"), box = inline.querySelector(".viewer-scroll");
  box.classList.remove("zoom-2", "zoom-3");
  viewer.open(sheetOf(inline.dataset));

  function spotsOf(part) {
    return all(part, "rect").map(function (rect) {
      return ["x", "y", "width", "height"].map(function (name) { return Number(rect.getAttribute(name)); });
    });
  }

  function choose(id, bring) {
    all(document, ".is-chosen").forEach(function (part) { part.classList.remove("is-chosen"); });
    var area = svg.querySelector('[data-area="' + id + '"]'), article = document.getElementById("article-" + id);
    if (area) area.classList.add("is-chosen");
    if (article) article.classList.add("is-chosen");
    if (area && bring) viewer.centre(spotsOf(area), true);
  }

  document.addEventListener("click", function (event) {
    var area = event.target.closest("[data-area]"), button = event.target.closest("[data-find-area]");
    if (area) choose(area.dataset.area, false);
    if (button) {
      choose(button.dataset.findArea, true);
      inline.scrollIntoView({ block: "nearest" });
    }
  });

  var shown = inline.querySelector("[data-show-marks]");
  if (shown) shown.addEventListener("change", function () { svg.classList.toggle("marks-off", !shown.checked); });

  function begin() {
    var meant = svg.querySelector(".is-meant"), named = /^#article-(\d+)$/.exec(location.hash);
    if (named) choose(named[1], !meant);
    if (meant) viewer.centre(spotsOf(meant)); else if (!named || !svg.querySelector('[data-area="' + named[1] + '"]')) viewer.fit();
  }
  begin();
  window.addEventListener("hashchange", function () {
    var named = /^#article-(\d+)$/.exec(location.hash);
    var area = named && svg.querySelector('[data-area="' + named[1] + '"]');
    if (named) choose(named[1], !(area && area.classList.contains("is-chosen"))); // chosen on the picture: it is seen already
  });
})();
