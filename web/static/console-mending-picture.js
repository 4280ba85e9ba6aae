// The page picture with its lines over it: drawing, and what hand and keys point at. Knows no act; tells `events`.
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const HUES = 8;
  const NEAR = 9;       // CSS pixels that a finger may miss a line by
  const DRAGGED = 6;    // CSS pixels from where a press becomes a drag

  function element(name, attributes, parent) {
    const made = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach(key => made.setAttribute(key, attributes[key]));
    if (parent) parent.appendChild(made);
    return made;
  }

  // data: width, height, lines, picture. events: picked(line, how), boxed(lines, adds), walked(key, event).
  window.MendingPicture = function (frame, data, base, events) {
    const places = data.lines.map(line => ({
      left: line[1] / 10000 * data.width, top: line[2] / 10000 * data.height, right: line[3] / 10000 * data.width,
      bottom: line[4] / 10000 * data.height, size: Math.max(1, line[5] / 10000 * data.width),
    }));
    const svg = element("svg", {
      viewBox: "0 0 " + data.width + " " + data.height, class: "mend-page", tabindex: "0", role: "listbox",
      "aria-multiselectable": "true", "aria-label": "版面上的行", preserveAspectRatio: "xMidYMin meet",
    });
    frame.appendChild(svg);
    element("rect", { class: "mend-paper", x: 0, y: 0, width: data.width, height: data.height }, svg);
    if (data.picture) {
      const image = element("image", { href: data.picture, x: 0, y: 0, width: data.width, height: data.height, preserveAspectRatio: "none" }, svg);
      image.addEventListener("error", () => { image.remove(); letters(); });
    } else letters();

    // Without a picture the letters themselves stand for the page.
    function letters() {
      const group = element("g", { class: "mend-letters", "aria-hidden": "true" });
      places.forEach((box, n) => {
        element("text", { x: box.left, y: box.bottom - 0.12 * box.size, "font-size": box.size, textLength: box.right - box.left,
          lengthAdjust: "spacingAndGlyphs" }, group).textContent = data.lines[n][0];
      });
      svg.insertBefore(group, svg.children[1]);
    }

    const order = element("polyline", { class: "mend-order", "aria-hidden": "true" }, svg);
    const rects = places.map((box, n) => element("rect", {
      id: "line-" + n, role: "option", x: box.left - 1, y: box.top - 1, width: box.right - box.left + 2,
      height: box.bottom - box.top + 2,
    }, svg));
    const marks = element("g", { class: "mend-marks", "aria-hidden": "true" }, svg);
    const lasso = element("rect", { class: "mend-lasso", "aria-hidden": "true", visibility: "hidden" }, svg);
    let zoom = 1, mode = "select", scene = null;

    // scene: owners (line → {number, hue, part}), selected, at, current (lines of the article shown, in order), begins(line).
    function draw(given) {
      scene = given;
      rects.forEach((rect, n) => {
        const own = scene.owners.get(base + n), chosen = scene.selected.has(base + n);
        rect.setAttribute("class", "mend-line " + (own ? "hue-" + own.number % HUES + " part-" + own.part : "no-article") +
          (chosen ? " chosen" : "") + (scene.current.includes(base + n) ? " current" : "") + (scene.at === base + n ? " at" : ""));
        rect.setAttribute("aria-selected", chosen ? "true" : "false");
        rect.setAttribute("aria-label", (own ? "第" + own.number + "篇" + { title: "标题", subtitle: "副题", body: "正文" }[own.part]
          : "不属于文章") + "：" + data.lines[n][0]);
      });
      if (scene.at === null) svg.removeAttribute("aria-activedescendant");
      else svg.setAttribute("aria-activedescendant", "line-" + (scene.at - base));
      drawMarks();
    }

    // Numbers keep their size on the screen, whatever the zoom.
    function drawMarks() {
      marks.textContent = "";
      if (!scene) return;
      const across = Math.max(1, svg.getBoundingClientRect().width), scale = data.width / across;
      const radius = (across < 500 ? 7 : 9) * scale;
      const here = scene.current.filter(line => places[line - base]);
      order.setAttribute("points", here.map(line => {
        const box = places[line - base];
        return Math.min(box.right, box.left + 8 * scale) + "," + (box.top + box.bottom) / 2;
      }).join(" "));
      here.filter(line => scene.owners.get(line).part === "body" && scene.begins(line)).forEach(line => {
        const box = places[line - base], side = 7 * scale;
        element("path", { class: "mend-begin", d: "M" + (box.left - 1) + " " + (box.top + box.bottom) / 2 + "l" + -side + " " +
          -side * 0.6 + "v" + side * 1.2 + "z" }, marks);
      });
      const taken = [];
      scene.badges.forEach(badge => {
        const box = places[badge.line - base];
        let x = Math.max(radius, box.left - radius * 1.1), y = Math.max(radius, box.top + Math.min(radius, (box.bottom - box.top) / 2));
        while (taken.some(other => Math.hypot(other[0] - x, other[1] - y) < radius * 1.9)) y += radius * 2;
        taken.push([x, y]);
        element("circle", { class: "mend-badge hue-" + badge.number % HUES + (badge.current ? " current" : ""), cx: x, cy: y, r: radius }, marks);
        const label = element("text", { class: "mend-badge-text", x, y: y + radius * 0.4, "font-size": radius * 1.15, "text-anchor": "middle" }, marks);
        label.textContent = badge.number;
      });
    }

    function point(event) {
      const spot = svg.createSVGPoint();
      spot.x = event.clientX;
      spot.y = event.clientY;
      return spot.matrixTransform(svg.getScreenCTM().inverse());
    }

    function lineAt(spot) {
      const reach = NEAR * data.width / Math.max(1, svg.getBoundingClientRect().width);
      let best = null, least = Infinity;
      places.forEach((box, n) => {
        const away = Math.hypot(Math.max(box.left - spot.x, 0, spot.x - box.right), Math.max(box.top - spot.y, 0, spot.y - box.bottom));
        if (away < least) { least = away; best = n; }
      });
      return least <= reach ? base + best : null;
    }

    let press = null;
    svg.addEventListener("pointerdown", event => {
      if (event.button !== 0 || press) return;
      svg.focus({ preventScroll: true });
      press = { id: event.pointerId, from: point(event), x: event.clientX, y: event.clientY, drags: false };
      if (mode === "select") svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", event => {
      if (!press || event.pointerId !== press.id) return;
      if (Math.hypot(event.clientX - press.x, event.clientY - press.y) > DRAGGED) press.drags = true;
      if (!press.drags) return;
      if (mode === "select") stretch(press.from, point(event));
      else if (event.pointerType === "mouse") {
        frame.scrollBy(-event.movementX, -event.movementY);
      }
    });
    svg.addEventListener("pointerup", event => {
      if (!press || event.pointerId !== press.id) return;
      const was = press, touch = event.pointerType !== "mouse", adds = touch || event.shiftKey || event.ctrlKey || event.metaKey;
      press = null;
      lasso.setAttribute("visibility", "hidden");
      if (was.drags) {
        if (mode === "select") events.boxed(within(was.from, point(event)), adds);
        return;
      }
      const line = lineAt(point(event));
      events.picked(line, touch || event.ctrlKey || event.metaKey ? "toggle" : event.shiftKey ? "range" : "only");
    });
    // A finger that draws a box does not scroll; two fingers still make the page larger.
    svg.addEventListener("touchmove", event => {
      if (mode === "select" && event.touches.length === 1 && event.cancelable) event.preventDefault();
    }, { passive: false });
    svg.addEventListener("pointercancel", () => { press = null; lasso.setAttribute("visibility", "hidden"); });
    svg.addEventListener("dblclick", event => { const line = lineAt(point(event)); if (line !== null) events.doubled(line); });
    svg.addEventListener("keydown", event => events.walked(event));

    function box(a, b) {
      return { left: Math.min(a.x, b.x), top: Math.min(a.y, b.y), right: Math.max(a.x, b.x), bottom: Math.max(a.y, b.y) };
    }
    function stretch(a, b) {
      const sides = box(a, b);
      lasso.setAttribute("x", sides.left);
      lasso.setAttribute("y", sides.top);
      lasso.setAttribute("width", sides.right - sides.left);
      lasso.setAttribute("height", sides.bottom - sides.top);
      lasso.setAttribute("visibility", "visible");
    }
    // A line is in the box when its middle is, or half of its width and the middle of its height.
    function within(a, b) {
      const sides = box(a, b), found = [];
      places.forEach((one, n) => {
        const middle = (one.top + one.bottom) / 2, across = Math.min(one.right, sides.right) - Math.max(one.left, sides.left);
        if (middle >= sides.top && middle <= sides.bottom && across > 0.4 * (one.right - one.left)) found.push(base + n);
      });
      return found;
    }

    // The nearest line in the column to the left (-1) or right (1).
    function beside(line, by) {
      const here = places[line - base], middle = (here.top + here.bottom) / 2;
      let best = null, least = Infinity;
      places.forEach((box, n) => {
        const away = by > 0 ? box.left - here.right : here.left - box.right;
        if (away < -0.5 * here.size) return;
        const cost = Math.max(0, away) + 3 * Math.abs((box.top + box.bottom) / 2 - middle);
        if (cost < least) { least = cost; best = base + n; }
      });
      return best;
    }

    function setZoom(value) {
      const rect = frame.getBoundingClientRect();
      const across = (frame.scrollLeft + rect.width / 2) / Math.max(1, frame.scrollWidth);
      const down = (frame.scrollTop + rect.height / 2) / Math.max(1, frame.scrollHeight);
      zoom = Math.min(6, Math.max(1, value));
      svg.style.width = zoom * 100 + "%";
      frame.scrollLeft = across * frame.scrollWidth - rect.width / 2;
      frame.scrollTop = down * frame.scrollHeight - rect.height / 2;
      drawMarks();
    }
    function setMode(value) {
      mode = value;
      svg.classList.toggle("selecting", mode === "select");
    }
    function reveal(line) {
      const at = rects[line - base].getBoundingClientRect(), view = frame.getBoundingClientRect(), room = 40;
      if (at.top < view.top + room) frame.scrollTop -= view.top + room - at.top;
      if (at.bottom > view.bottom - room) frame.scrollTop += at.bottom - view.bottom + room;
      if (at.left < view.left) frame.scrollLeft -= view.left - at.left + room;
      if (at.right > view.right) frame.scrollLeft += at.right - view.right + room;
    }

    new ResizeObserver(drawMarks).observe(frame);
    setMode("select");
    return { draw, setZoom, setMode, reveal, beside, zoom: () => zoom, place: line => places[line - base], focus: () => svg.focus() };
  };
})();
