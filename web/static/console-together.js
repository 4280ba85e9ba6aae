// Who is at a report, and what was entered and not saved. Everything works without it: claims are buttons, a refused
// save keeps what was entered. A test gives the beat itself: document.dispatchEvent(new Event("together:beat")).
(function () {
  "use strict";

  var REST = 180000; // ms without a touch: the page lies open, nobody works on it
  var TYPED = 900; // ms after the last key until what was entered is kept
  var box = document.querySelector("[data-together]");
  var list = document.querySelector("[data-together-list]");
  var token = document.querySelector('input[name="csrf_token"]');
  if (!token || (!box && !list)) return;

  function body(fields) {
    var form = new URLSearchParams(fields);
    form.set("csrf_token", token.value);
    return form;
  }

  // JSON of ours, or a rejection: a page instead means that the sign-in has ended.
  function ask(url, fields, signal) {
    return fetch(url, { method: fields ? "POST" : "GET", body: fields ? body(fields) : undefined, credentials: "same-origin", signal: signal })
      .then(function (answer) {
        if (!/json/.test(answer.headers.get("Content-Type") || "")) throw new Error("no answer");
        return answer.json();
      });
  }

  function each(selector, act, root) { Array.prototype.forEach.call((root || document).querySelectorAll(selector), act); }

  // ----- the list: the column keeps itself fresh -----

  function fresh() {
    var cells = Array.prototype.slice.call(list.querySelectorAll("[data-on]"));
    if (document.hidden || !cells.length) return;
    var numbers = cells.map(function (cell) { return cell.dataset.on; }).join(",");
    ask(list.dataset.togetherList + "?numbers=" + numbers).then(function (found) {
      cells.forEach(function (cell) {
        var now = found[cell.dataset.on];
        if (now !== undefined && cell.innerHTML.trim() !== now.trim()) cell.innerHTML = now;
      });
      list.dataset.fresh = String(Number(list.dataset.fresh || 0) + 1);
    }).catch(function () { /* the next beat tries again */ });
  }

  if (list) {
    document.addEventListener("together:beat", fresh);
    document.addEventListener("visibilitychange", fresh);
    window.setInterval(fresh, Number(list.dataset.every || 20) * 1000);
  }
  if (!box) return;

  // ----- what was entered -----

  var bar = document.querySelector("[data-together-bar]");
  var said = box.querySelector("[data-together-kept]");
  var forms = Array.prototype.slice.call(document.querySelectorAll("form[data-draft]"));
  var touched = false, leaving = false, timers = {}, running = {};

  function entered(form) {
    var fields = {};
    new FormData(form).forEach(function (text, name) {
      if (typeof text === "string" && name !== "csrf_token" && !/expected_version$/.test(name)) fields[name] = text;
    });
    return fields;
  }

  function local(form) { return "woodpecker-draft:" + form.dataset.draftUrl; }

  function aside(form, fields) {
    try {
      if (fields) window.localStorage.setItem(local(form), JSON.stringify(fields));
      else window.localStorage.removeItem(local(form));
    } catch (full) { /* private windows keep nothing */ }
  }

  function keep(form) {
    window.clearTimeout(timers[form.dataset.draft]);
    delete timers[form.dataset.draft];
    if (leaving || !form.dataset.typed) return;
    var fields = entered(form), stop = new AbortController(), going = false;
    running[form.dataset.draft] = stop;
    aside(form, fields); // until the server has it: a reload in between must not lose it
    fields.version = box.dataset.version;
    window.addEventListener("beforeunload", function () { going = true; }, { once: true, signal: stop.signal });
    ask(form.dataset.draftUrl, fields, stop.signal).then(function (done) {
      said.textContent = done.kept || done.problem || "";
      if (!going) aside(form, null); // the next page may have been made a moment before
      stop.abort(); // listens no longer
      form.dataset.kept = String(Number(form.dataset.kept || 0) + 1);
    }).catch(function () {
      if (leaving) return;
      said.textContent = "连不上，先替您存在这台电脑上";
    });
  }

  function typed(event) {
    var form = event.target.form;
    if (!form || !form.dataset.draft) return;
    form.dataset.typed = "yes";
    touched = true;
    window.clearTimeout(timers[form.dataset.draft]);
    timers[form.dataset.draft] = window.setTimeout(function () { keep(form); }, TYPED);
  }

  function keepAll() { forms.forEach(function (form) { if (timers[form.dataset.draft]) keep(form); }); }

  forms.forEach(function (form) {
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    // What is being saved is no draft any more: nothing may be kept behind the save's back.
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented) return;
      leaving = true;
      if (running[form.dataset.draft]) running[form.dataset.draft].abort();
      window.clearTimeout(timers[form.dataset.draft]);
      aside(form, null);
    });
    offerLocal(form);
  });
  document.addEventListener("together:keep", keepAll);
  window.addEventListener("online", function () { forms.forEach(keep); });

  function fill(form, fields) {
    each("input, textarea, select", function (field) {
      if (!field.name || field.type === "hidden" || field.name === "csrf_token") return;
      var text = fields[field.name] || "";
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked = text === field.value;
        var fold = field.checked && field.closest("details");
        if (fold) fold.open = true;
      } else field.value = text;
    }, form);
    form.dataset.typed = "yes";
    touched = true;
    form.dispatchEvent(new Event("change", { bubbles: true }));
    var fold = form.closest("details");
    if (fold) fold.open = true;
    form.scrollIntoView({ block: "nearest" });
    var first = form.querySelector("textarea, input:checked, input:not([type=hidden])");
    if (first) first.focus();
  }

  each("[data-offer-take]", function (take) {
    var offer = take.closest("[data-offer]"), form = document.querySelector('form[data-draft="' + offer.dataset.offer + '"]');
    if (!form) return;
    take.addEventListener("click", function (event) {
      event.preventDefault();
      fill(form, JSON.parse(offer.dataset.fields));
      offer.remove();
    });
  });

  // A label's own words, without the key before them and the points behind.
  function named(label) {
    return Array.prototype.map.call(label.childNodes, function (part) {
      return part.nodeType === Node.TEXT_NODE ? part.textContent.trim() : "";
    }).filter(Boolean)[0] || label.textContent.trim();
  }

  // What the page says of a draft that lies in this browser: the labels of what is chosen, the words that are written.
  function summary(form, fields) {
    var words = [];
    each("input, textarea, select", function (field) {
      var text = fields[field.name];
      if (!text || field.type === "hidden") return;
      var choice = field.type === "radio" || field.type === "checkbox";
      if (choice && text !== field.value) return;
      var label = choice ? form.querySelector('label[for="' + CSS.escape(field.id) + '"]') : null;
      words.push(label ? named(label) : text);
    }, form);
    return words.join(" · ");
  }

  // What was entered a moment before leaving, or could not be sent, lies in this browser; it is newer than the server's.
  function offerLocal(form) {
    var stored = null;
    try { stored = JSON.parse(window.localStorage.getItem(local(form)) || "null"); } catch (broken) { aside(form, null); }
    if (!stored) return;
    var older = document.querySelector('[data-offer="' + form.dataset.draft + '"]');
    if (older) older.remove();
    var offer = document.createElement("div"), words = document.createElement("p"), acts = document.createElement("div");
    offer.className = "draft-offer internal-area";
    offer.dataset.offer = form.dataset.draft;
    acts.className = "draft-acts";
    words.textContent = "上次没存的：" + summary(form, stored);
    function forget() {
      aside(form, null);
      ask(form.dataset.draftUrl, { version: box.dataset.version }).catch(function () { /* nothing was kept there either */ });
    }
    [["继续", function () { aside(form, null); fill(form, stored); }], ["丢掉", forget]].forEach(function (pair) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm btn-outline-secondary";
      button.textContent = pair[0];
      button.addEventListener("click", function () { offer.remove(); pair[1](); });
      acts.append(button);
    });
    offer.append(words, acts);
    box.before(offer);
  }

  // ----- signs of life -----

  var line = box.querySelector("[data-together-line]");
  var held = false, last = Date.now();
  ["pointerdown", "keydown", "scroll"].forEach(function (kind) {
    document.addEventListener(kind, function () { last = Date.now(); }, { passive: true, capture: true });
  });

  function doing() {
    if (document.hidden || Date.now() - last > REST) return "idle";
    return touched ? "editing" : "viewing";
  }

  function say(text, fresh) {
    if (bar.dataset.said === text) return;
    bar.dataset.said = text;
    bar.textContent = text;
    if (!text || !fresh) return;
    var link = document.createElement("a");
    link.href = window.location.pathname + window.location.search;
    link.textContent = "刷新看看";
    bar.append("，", link, "。");
  }

  var changed = "", taken = "";

  function show(answer) {
    if (answer.alone || answer.gone) return;
    if (line.innerHTML.trim() !== answer.line.trim()) {
      var within = line.contains(document.activeElement);
      line.innerHTML = answer.line;
      var button = within && line.querySelector("button");
      if (button) button.focus();
    }
    held = answer.mine;
    changed = answer.changed || changed;
    taken = answer.taken || (answer.mine ? "" : taken);
    if (changed) say(changed, true);
    else say(answer.problem || taken || answer.done || "", false);
    box.dataset.beats = String(Number(box.dataset.beats || 0) + 1);
  }

  function sign(more) {
    var fields = { doing: doing(), version: box.dataset.version, held: held ? "yes" : "no", holds: taken ? "no" : box.dataset.holds };
    return Object.assign(fields, more || {});
  }

  function beat(more) {
    if (leaving) return;
    ask(box.dataset.beatUrl, sign(more)).then(show).catch(function () {
      if (!leaving && navigator.onLine) say("现在连不上，您填的先留在这一页。", false);
    });
  }

  function leave() {
    var pending = forms.filter(function (form) { return timers[form.dataset.draft]; });
    if (!leaving) pending.forEach(function (form) {
      aside(form, entered(form)); // what the browser sends now may come after the next page was made
      navigator.sendBeacon(form.dataset.draftUrl, body(Object.assign(entered(form), { version: box.dataset.version })));
    });
    if (line) navigator.sendBeacon(box.dataset.leaveUrl, body({ keep: touched && !leaving ? "yes" : "no" }));
    leaving = true; // a browser hides the page after it: a beat then would bring back who has just left
  }

  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    leaving = false;
    if (line) beat({ opening: "yes" });
  });
  if (!line) return;

  line.addEventListener("submit", function (event) {
    var form = event.target;
    if (!("togetherAct" in form.dataset)) return;
    event.preventDefault();
    if (/let-go/.test(form.action)) box.dataset.holds = "no";
    else { box.dataset.holds = "yes"; taken = ""; }
    ask(form.action, sign({ script: "yes" })).then(show).catch(function () { form.submit(); });
  }, true);
  document.addEventListener("together:beat", function () { beat(); });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) keepAll();
    beat();
  });
  window.setInterval(beat, Number(box.dataset.every) * 1000);
  beat({ opening: "yes" });
})();
