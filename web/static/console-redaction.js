// Draws boxes over a photo: by mouse or finger (drag), by keyboard (a box of its own, moved and sized by arrows).
(function () {
  "use strict";
  const frame = document.querySelector("[data-cover]");
  const form = document.querySelector("[data-cover-form]");
  if (!frame || !form) return;

  const SVG = "http://www.w3.org/2000/svg";
  const WHOLE = Number(frame.dataset.whole);
  const SMALLEST = WHOLE / 500;   // what is smaller was a slip of the hand; the server says the same
  const STEP = WHOLE / 100;
  const field = form.querySelector("input[name=boxes]");
  const count = form.querySelector("[data-cover-count]");
  const back = form.querySelector("[data-cover-undo]");
  const bar = document.querySelector("[data-cover-bar]");
  const mode = bar.querySelector("[data-cover-mode]");
  const boxes = [];               // {edges: [left, top, right, bottom], rect}
  let drag = null, saved = false;

  const layer = document.createElementNS(SVG, "svg");
  layer.setAttribute("class", "cover-new drawing");
  layer.setAttribute("viewBox", "0 0 " + WHOLE + " " + WHOLE);
  layer.setAttribute("preserveAspectRatio", "none");
  frame.appendChild(layer);
  bar.hidden = false;
  count.hidden = false;

  const within = value => Math.max(0, Math.min(WHOLE, Math.round(value)));

  function place(event) {
    const area = layer.getBoundingClientRect();
    return [within((event.clientX - area.left) / area.width * WHOLE), within((event.clientY - area.top) / area.height * WHOLE)];
  }

  function show(box) {
    const [left, top, right, bottom] = box.edges;
    box.rect.setAttribute("x", left);
    box.rect.setAttribute("y", top);
    box.rect.setAttribute("width", Math.max(0, right - left));
    box.rect.setAttribute("height", Math.max(0, bottom - top));
  }

  function keep() {
    field.value = JSON.stringify(boxes.map(box => box.edges));
    count.textContent = boxes.length ? "画了 " + boxes.length + " 块，还没有存。" : "还没有画。";
    back.hidden = boxes.length === 0;
    boxes.forEach((box, n) => box.rect.setAttribute("aria-label", "新的遮盖 " + (n + 1) + "：方向键移动，Shift 加方向键改大小，Delete 去掉"));
  }

  function add(edges) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("tabindex", "0");
    rect.setAttribute("role", "img");
    layer.appendChild(rect);
    const box = { edges, rect };
    boxes.push(box);
    rect.addEventListener("keydown", event => moved(event, box));
    show(box);
    return box;
  }

  function drop(box) {
    const at = boxes.indexOf(box);
    if (at < 0) return;
    boxes.splice(at, 1);
    box.rect.remove();
    keep();
  }

  function moved(event, box) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const across = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key] || 0;
    const down = { ArrowUp: -STEP, ArrowDown: STEP }[event.key] || 0;
    let [left, top, right, bottom] = box.edges;
    if (event.key === "Delete" || event.key === "Backspace") {
      drop(box);
      (boxes.length ? boxes[boxes.length - 1].rect : bar.querySelector("[data-cover-add]")).focus();
    } else if (!across && !down) {
      return;
    } else if (event.shiftKey) {
      right = Math.max(left + STEP, within(right + across));
      bottom = Math.max(top + STEP, within(bottom + down));
    } else {
      const x = Math.max(-left, Math.min(WHOLE - right, across)), y = Math.max(-top, Math.min(WHOLE - bottom, down));
      left += x; right += x; top += y; bottom += y;
    }
    event.preventDefault();
    box.edges = [left, top, Math.min(WHOLE, right), Math.min(WHOLE, bottom)];
    show(box);
    keep();
  }

  layer.addEventListener("pointerdown", event => {
    if (mode.getAttribute("aria-pressed") !== "true" || event.button !== 0 || drag) return;
    event.preventDefault();
    layer.setPointerCapture(event.pointerId);
    const from = place(event);
    drag = { from, box: add([...from, ...from]), pointer: event.pointerId };
  });
  layer.addEventListener("pointermove", event => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const to = place(event);
    drag.box.edges = [Math.min(drag.from[0], to[0]), Math.min(drag.from[1], to[1]), Math.max(drag.from[0], to[0]), Math.max(drag.from[1], to[1])];
    show(drag.box);
  });
  function ended(event) {
    if (!drag || event.pointerId !== drag.pointer) return;
    const box = drag.box, [left, top, right, bottom] = box.edges;
    drag = null;
    if (event.type === "pointercancel" || right - left < SMALLEST || bottom - top < SMALLEST) drop(box);
    else keep();
  }
  layer.addEventListener("pointerup", ended);
  layer.addEventListener("pointercancel", ended);

  mode.addEventListener("click", () => {
    const on = mode.getAttribute("aria-pressed") !== "true";
    mode.setAttribute("aria-pressed", on ? "true" : "false");
    layer.classList.toggle("drawing", on);
  });
  bar.querySelector("[data-cover-add]").addEventListener("click", () => {
    const box = add([WHOLE * 0.35, WHOLE * 0.45, WHOLE * 0.65, WHOLE * 0.55]);
    keep();
    box.rect.focus();
  });
  back.addEventListener("click", () => { if (boxes.length) drop(boxes[boxes.length - 1]); });
  form.addEventListener("submit", () => { saved = true; });
  window.addEventListener("beforeunload", event => { if (boxes.length && !saved) event.preventDefault(); });
})();
