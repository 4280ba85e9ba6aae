// The form of a report while one decides: the sum, which fields belong to the verdict, ready sentences, the whole message
// as the reader will get it. The server does all of it again when the form is saved.
(function () {
  "use strict";

  function each(selector, act, within) { Array.prototype.forEach.call((within || document).querySelectorAll(selector), act); }

  var form = document.getElementById("grade-form");
  if (form) decide(form);
  each("textarea[data-mentions]", mention);

  function decide(form) {
    var worth = JSON.parse(form.dataset.worth), frames = JSON.parse(form.dataset.frames);
    var line = form.querySelector("[data-arithmetic]"), reason = form.querySelector("#reason");
    var shown = form.querySelector("[data-preview]"), proposal = form.querySelector("[data-proposal]");
    var empty = "选好结论，这里就是读者会收到的话。";

    function chosen(name) { return form.querySelector('input[name="' + name + '"]:checked'); }
    function accepting(value) { return value === "accepted" || value === "accepted_with_edits"; }
    function verdict() { var one = chosen("verdict"); return one ? one.value : ""; }

    function sum() {
      return window.gradeSum(form, worth, function () { return "这条不计名次，得 0 分。"; });
    }

    function message() {
      var frame = frames[verdict()], words = reason.value.trim();
      if (!frame) return empty;
      return words ? frame[0].replace("\ue000", function () { return words; }) : frame[1];
    }

    function show() {
      var value = verdict(), scoring = !value || accepting(value);
      each("[data-for]", function (part) {
        var wanted = part.dataset.for;
        part.hidden = wanted === "scoring" ? !scoring : wanted === "refusing" ? !value || scoring : wanted !== value;
      }, form);
      each("[data-canned-for]", function (box) {
        var mine = box.dataset.cannedFor === value;
        box.hidden = !mine;
        box.open = mine;
        box.classList.toggle("is-open", mine && !accepting(value));
        if (mine && accepting(value)) box.open = false;
      }, form);
      reason.required = Boolean(value) && !scoring;
      line.textContent = sum();
      shown.textContent = message();
      if (proposal) proposal.querySelector("[data-accept]").hidden = agrees();
    }

    // The kind that the machine proposes stands chosen from the start; it is taken again with one tap.
    function agrees() {
      var row = chosen("row_code"), doubling = chosen("doubling");
      return Boolean(row && row.value === proposal.dataset.row && doubling && doubling.value === proposal.dataset.doubling);
    }

    function propose() {
      var row = form.querySelector("#row-" + CSS.escape(proposal.dataset.row));
      var folded = row.closest("details");
      if (folded) folded.open = true;
      row.checked = true;
      form.querySelector("#doubling-" + proposal.dataset.doubling).checked = true;
    }

    if (proposal) {
      proposal.querySelector("[data-accept]").addEventListener("click", function () {
        propose();
        if (!accepting(verdict())) form.querySelector("#verdict-accepted").checked = true;
        show();
        form.querySelector("[data-submit]").focus();
      });
    }

    var ready = {};
    each('input[name="canned"]', function (one) { ready[one.value] = true; }, form);
    function fill(text) {
      var now = reason.value.trim();
      // What the editor wrote himself is never replaced.
      reason.value = !now || ready[now] ? text : now + text;
      reason.dispatchEvent(new Event("input", { bubbles: true }));
    }

    form.addEventListener("change", function (event) {
      if (event.target.name === "verdict") {
        if (accepting(event.target.value) && proposal && !chosen("row_code")) propose();
        if (ready[reason.value.trim()]) {
          // A ready sentence belongs to its verdict.
          reason.value = "";
          each('input[name="canned"]', function (one) { one.checked = false; }, form);
        }
      }
      if (event.target.name === "canned") fill(event.target.value);
      show();
    });
    reason.addEventListener("input", function () { shown.textContent = message(); });
    each("[data-no-script]", function (button) { button.hidden = true; }, form);

    // Enter alone decides nothing, for a decision is told to the reader: from any field it goes to the button that does, where
    // it is pressed once more. Without this the form would send itself by its first button, the look at the reader's words.
    form.addEventListener("keydown", function (event) {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
      if (event.target === submit && event.repeat) event.preventDefault();
      if (event.target.tagName !== "INPUT") return;
      event.preventDefault();
      submit.focus();
    });

    // Whether the page stays after a decision is kept with the member's preferences.
    var stay = form.querySelector("#stay"), submit = form.querySelector("[data-submit]");
    function said() {
      submit.querySelector("[data-submit-words]").textContent = stay.checked ? submit.dataset.here : submit.dataset.next;
    }
    stay.addEventListener("change", function () {
      var sent = new FormData();
      sent.append("csrf_token", form.querySelector('[name="csrf_token"]').value);
      sent.append("stay_here", stay.checked ? "1" : "0");
      // What cannot be kept holds for this decision all the same.
      fetch(stay.dataset.keep, { method: "POST", body: sent, headers: { "X-Stay": "1" } }).catch(function () {});
      said();
    });
    said();
    show();
  }

  // Names behind an @, offered while one writes a note; chosen with the arrows, Enter or a tap.
  function mention(area) {
    var names = null, list = null, at = -1, asked = false;

    function load() {
      if (asked) return;
      asked = true;
      fetch(area.dataset.mentions, { headers: { "Accept": "application/json" } })
        .then(function (answer) { return answer.ok ? answer.json() : { names: [] }; })
        .then(function (found) { names = found.names; offer(); })
        .catch(function () { names = []; });
    }

    function close() {
      if (list) list.remove();
      list = null;
      at = -1;
      area.removeAttribute("aria-activedescendant");
    }

    function begun() {
      var before = area.value.slice(0, area.selectionStart);
      var found = /[@＠]([^@＠\s]{0,12})$/.exec(before);
      return found ? found[1] : null;
    }

    function offer() {
      var start = begun();
      close();
      if (start === null) return;
      if (names === null) { load(); return; }
      var fitting = names.filter(function (name) { return name.indexOf(start) === 0 && name !== start; }).slice(0, 8);
      if (!fitting.length) return;
      list = document.createElement("ul");
      list.className = "name-list";
      list.id = "name-list";
      list.setAttribute("role", "listbox");
      list.setAttribute("aria-label", "提到谁");
      fitting.forEach(function (name, n) {
        var item = document.createElement("li");
        item.id = "name-" + n;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = name;
        item.addEventListener("pointerdown", function (event) { event.preventDefault(); take(name); });
        list.appendChild(item);
      });
      area.after(list);
      move(1);
    }

    function move(by) {
      var items = list.children;
      if (at >= 0) items[at].setAttribute("aria-selected", "false");
      at = (at + by + items.length) % items.length;
      items[at].setAttribute("aria-selected", "true");
      area.setAttribute("aria-activedescendant", items[at].id);
    }

    function take(name) {
      var start = begun(), from = area.selectionStart - start.length;
      area.setRangeText(name + " ", from, area.selectionStart, "end");
      close();
      area.focus();
    }

    area.addEventListener("focus", load);
    area.addEventListener("input", function (event) { if (!event.isComposing) offer(); });
    area.addEventListener("compositionend", offer);
    area.addEventListener("blur", close);
    area.addEventListener("keydown", function (event) {
      if (!list || event.isComposing || event.keyCode === 229) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
      else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) take(list.children[at].textContent);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
  }
})();
