// The list: choosing rows, and the place one came back to. Without it the boxes are ticked one by one.
(function () {
  "use strict";

  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }

  var boxes = all("[data-pick]");
  var bar = document.querySelector("[data-bulk-bar]");
  var page = document.querySelector("[data-pick-page]");
  var whole = document.querySelector("[data-pick-whole]");
  var none = document.querySelector("[data-pick-none]");
  var everything = document.querySelector("[data-pick-all]");
  var last = -1;

  function picked() { return boxes.filter(function (box) { return box.checked; }).length; }

  function show() {
    if (!bar) return;
    var many = picked(), complete = everything && everything.checked;
    bar.hidden = !many && !complete;
    bar.toggleAttribute("data-active", !bar.hidden);
    bar.querySelector("[data-picked-words]").textContent = complete ? "这一列的全部" : "选了 " + many + " 条";
    none.hidden = false;
    page.checked = many > 0 && many === boxes.length;
    page.indeterminate = many > 0 && many < boxes.length;
  }

  boxes.forEach(function (box, at) {
    box.addEventListener("click", function (event) {
      // With Shift, everything from the last one to this one.
      if (event.shiftKey && last >= 0 && last !== at) {
        boxes.slice(Math.min(last, at), Math.max(last, at) + 1).forEach(function (one) { one.checked = box.checked; });
      }
      last = at;
      show();
    });
  });
  if (page) {
    page.hidden = false;
    page.addEventListener("change", function () {
      boxes.forEach(function (box) { box.checked = page.checked; });
      show();
    });
    whole.hidden = false;
    whole.addEventListener("click", function () {
      boxes.forEach(function (box) { box.checked = true; });
      show();
    });
    none.addEventListener("click", function () {
      boxes.forEach(function (box) { box.checked = false; });
      if (everything) everything.checked = false;
      show();
      (document.querySelector("[data-row] .row-link") || page).focus();
    });
    if (everything) everything.addEventListener("change", show);
  }

  // Back in the list: the row one came from, or the one that took its place, has the focus again.
  var KEY = "list-place";
  function keep(link) {
    var links = all("[data-row] .row-link");
    try {
      window.sessionStorage.setItem(KEY, JSON.stringify({ list: window.location.pathname + window.location.search,
        number: link.closest("[data-row]").dataset.number, at: links.indexOf(link) }));
    } catch (problem) { /* private windows keep nothing */ }
  }

  function kept() {
    try { return JSON.parse(window.sessionStorage.getItem(KEY)) || {}; } catch (problem) { return {}; }
  }

  function rowOf(number) {
    return all("[data-row]").find(function (row) { return row.dataset.number === String(number); });
  }

  function comeBack() {
    var named = /^#r(\d+)$/.exec(window.location.hash), place = kept();
    var known = place.list === window.location.pathname + window.location.search;
    var row = named ? rowOf(named[1]) : known && cameBack() ? rowOf(place.number) : null;
    var links = all("[data-row] .row-link");
    var link = row ? row.querySelector(".row-link") : (named && known ? links[Math.min(place.at, links.length - 1)] : null);
    if (!link || document.querySelector("[data-problem]")) return;
    link.focus({ preventScroll: true });
    link.scrollIntoView({ block: "center" });
  }

  // By the browser's own way back; a list that is opened anew begins at its top.
  function cameBack() {
    var entry = window.performance.getEntriesByType("navigation")[0];
    return Boolean(entry && entry.type === "back_forward");
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest(".row-link") : null;
    if (link) keep(link);
  });
  window.addEventListener("pagehide", function () {
    var link = document.activeElement;
    if (link && link.classList.contains("row-link")) keep(link);
  });
  window.addEventListener("pageshow", function (event) {
    show();  // the browser may have put ticks back
    if (event.persisted) {
      var row = rowOf(kept().number);
      if (row) row.querySelector(".row-link").focus();
      return;
    }
    // Only now: going to the row that the address names, the browser takes the focus away once more.
    window.setTimeout(comeBack, 0);
  });
  show();
})();
