// Keys of the list, of the report and of every page that carries them: what a key does stands in the page itself.
//
// data-key="a"        the key clicks (a field, a box to open: focuses) the first visible element that carries it.
// data-key-name       what the list of keys calls it; else its own words.
// data-row            a row of a list: j and k move between their .row-link; Enter is the link's own.
// data-row-key="x"    the same as data-key, in the row that has the focus.
// data-row-open="a e" keys that open the row's report and press that key there; nothing is saved by it.
// data-number         a number that . copies: the focused row's, else the page's.
// data-send           the form that Ctrl/⌘+Enter sends (data-grade too); the one that holds the focus comes first.
// Everything can be done without this file.
(function () {
  "use strict";

  var off = document.body.dataset.keys === "off";

  function typing(target) {
    return target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT" ||
      (target.tagName === "INPUT" && !/^(radio|checkbox|submit|button|image|reset)$/.test(target.type));
  }

  function shown(element) {
    // The buttons of radio groups are drawn by their labels: they count as seen where the label is.
    if (element.disabled || element.closest("[hidden]")) return false;
    if (element.getClientRects().length > 0) return true;
    var label = element.labels && element.labels[0];
    return Boolean(label && label.getClientRects().length);
  }

  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }

  function rows() { return all("[data-row] .row-link"); }

  function rowInHand() {
    var active = document.activeElement;
    return active && active.closest ? active.closest("[data-row]") : null;
  }

  function step(by) {
    var links = rows(), row = rowInHand();
    var at = links.findIndex(function (link) { return row && row.contains(link); });
    var next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }

  function use(element) {
    if (element.tagName === "DETAILS") {
      element.open = true;
      element.querySelector("summary").focus();
      return;
    }
    if (typing(element)) {
      var closed = element.closest("details:not([open])");
      if (closed) closed.open = true;
      element.focus();
      if (element.select) element.select();
      return;
    }
    element.click();
    if (element.type === "radio" || element.type === "checkbox") element.focus();
  }

  function wanted(key, within, attribute) {
    return all("[" + attribute + '="' + CSS.escape(key) + '"]', within).find(function (element) {
      // A field inside a closed box can still be asked for: the key opens the box.
      return shown(element) || (typing(element) && element.closest("details:not([open])") && !element.disabled);
    });
  }

  function copyNumber() {
    var row = rowInHand(), holder = row && row.dataset.number ? row : document.querySelector("main [data-number]:not([data-row])");
    if (!holder) return false;
    var number = holder.dataset.number;
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(number).then(function () { say("已复制编号 " + number); },
        function () { say("浏览器不让复制，编号是 " + number); });
    } else {
      say("编号是 " + number);
    }
    return true;
  }

  // One line that is read out and goes away by itself.
  var line, timer;
  function say(words) {
    if (!line) {
      line = document.createElement("p");
      line.className = "key-said";
      line.setAttribute("role", "status");
      document.body.appendChild(line);
    }
    line.textContent = words;
    line.hidden = false;
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { line.hidden = true; }, 2500);
  }

  function form() {
    var own = document.activeElement && document.activeElement.closest ?
      document.activeElement.closest("form[data-send], form[data-grade]") : null;
    return own || document.querySelector("form[data-grade]") || document.querySelector("form[data-send]");
  }

  function openWith(row, key) {
    var link = row.querySelector(".row-link");
    window.location.assign(link.href + "#key-" + key);
  }

  function press(event) {
    // Dead while an input method composes: its keys are letters of a word, not commands.
    if (off || event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key === "Enter") {
      var target = form();
      if (target && !event.repeat && !document.querySelector("dialog[open]")) {
        event.preventDefault();
        target.requestSubmit();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (act(event.key, event)) event.preventDefault();
  }

  function act(key, event) {
    if (key === "?") return help();
    if ((key === "j" || key === "k") && rows().length) {
      step(key === "j" ? 1 : -1);
      return true;
    }
    if (key === ".") return copyNumber();
    if (key === "Enter" || key === " " || key === "Tab" || key === "Escape") return false;
    // A key held down must not decide one report after the other.
    if (event.repeat) return false;
    var row = rowInHand();
    var own = row && wanted(key, row, "data-row-key");
    if (own) {
      own.click();  // the focus stays where it is: j and Enter go on from there
      return true;
    }
    var element = wanted(key, document, "data-key");
    if (element) {
      use(element);
      return true;
    }
    if (row && (row.dataset.rowOpen || "").split(" ").indexOf(key) >= 0) {
      openWith(row, key);
      return true;
    }
    return false;
  }

  // The list of keys: what this page carries, and what holds everywhere.
  var NAMES = { "j": "下一条", "k": "上一条", "x": "选中这一条", "u": "回到列表", "/": "查找", "z": "撤销", "?": "看快捷键",
    ".": "复制编号" };

  function words(element) {
    if (element.dataset.keyName) return element.dataset.keyName;
    if (element.getAttribute("aria-label")) return element.getAttribute("aria-label");
    var source = (element.labels && element.labels[0]) || element;
    var copy = source.cloneNode(true);
    all("kbd, .visually-hidden", copy).forEach(function (part) { part.remove(); });
    return copy.textContent.trim().replace(/\s+/g, " ").slice(0, 24);
  }

  function entries() {
    var found = [], seen = {};
    function add(key, name) {
      if (!key || seen[key] || !name) return;
      seen[key] = true;
      found.push([key, name]);
    }
    if (rows().length) {
      add("j", NAMES.j);
      add("k", NAMES.k);
      add("Enter", "打开这一条");
      var row = document.querySelector("[data-row]");
      all("[data-row-key]", row).forEach(function (element) { add(element.dataset.rowKey, words(element)); });
      (row.dataset.rowOpen || "").split(" ").forEach(function (key) { add(key, ROW_NAMES[key]); });
    }
    all("[data-key]").filter(function (element) { return !element.disabled && !element.closest("[hidden]"); })
      .forEach(function (element) { add(element.dataset.key, NAMES[element.dataset.key] || words(element)); });
    if (document.querySelector("main [data-number]")) add(".", NAMES["."]);
    if (document.getElementById("grade-form")) add("Enter", "到“评定”按钮上，再按一次才评定");
    if (form()) add("Ctrl/⌘ Enter", "保存");
    add("?", NAMES["?"]);
    return found;
  }

  var ROW_NAMES = { a: "打开，准备采纳", e: "打开，准备修改后采纳", r: "打开，准备评为非差错", d: "打开，看重复", m: "打开，请读者补充",
    n: "打开，写便签" };

  function help() {
    var before = document.activeElement;
    var dialog = document.createElement("dialog");
    dialog.className = "key-dialog";
    dialog.setAttribute("aria-labelledby", "key-dialog-title");
    var title = document.createElement("h2");
    title.id = "key-dialog-title";
    title.textContent = "快捷键";
    var list = document.createElement("dl");
    entries().forEach(function (entry) {
      var key = document.createElement("dt"), name = document.createElement("dd"), cap = document.createElement("kbd");
      cap.textContent = entry[0];
      key.appendChild(cap);
      name.textContent = entry[1];
      list.appendChild(key);
      list.appendChild(name);
    });
    var note = document.createElement("p");
    note.textContent = "写字、选拼音的时候快捷键不起作用。不想用，可以在“我的帐号”里关掉。";
    var close = document.createElement("button");
    close.type = "button";
    close.className = "btn btn-outline-secondary";
    close.textContent = "关闭";
    close.addEventListener("click", function () { dialog.close(); });
    dialog.addEventListener("close", function () {
      dialog.remove();
      if (before && before.focus) before.focus();
    });
    dialog.addEventListener("click", function (event) { if (event.target === dialog) dialog.close(); });
    [title, list, note, close].forEach(function (part) { dialog.appendChild(part); });
    document.body.appendChild(dialog);
    dialog.showModal();
    return true;
  }

  document.addEventListener("keydown", press);
  all("[data-show-keys]").forEach(function (button) {
    button.hidden = off;
    button.addEventListener("click", help);
  });

  // Opened from the list with a key: the same key is pressed here, where it prepares and saves nothing.
  var carried = /^#key-([aerdmn])$/.exec(window.location.hash);
  if (carried && !rows().length) {
    document.addEventListener("DOMContentLoaded", function () {
      window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
      var element = wanted(carried[1], document, "data-key");
      if (!off && element && element.type !== "submit") use(element);
    });
  }
})();
