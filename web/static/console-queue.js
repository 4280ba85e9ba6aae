// Keys of the list and of the grading page, and the arithmetic while one chooses. Everything works without it.
(function () {
  "use strict";

  function typing(target) {
    return target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT" ||
      (target.tagName === "INPUT" && !/^(radio|checkbox|submit|button)$/.test(target.type));
  }

  var form = document.querySelector("[data-grade]");
  var rows = Array.prototype.slice.call(document.querySelectorAll("[data-row] .row-link"));

  function step(by) {
    var at = rows.indexOf(document.activeElement);
    var next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }

  document.addEventListener("keydown", function (event) {
    // Dead while an input method composes: its keys are letters of a word, not commands.
    if (event.isComposing || event.keyCode === 229) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && form) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (rows.length && (event.key === "j" || event.key === "k")) {
      event.preventDefault();
      step(event.key === "j" ? 1 : -1);
      return;
    }
    var wanted = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
    if (wanted && !wanted.disabled) {
      event.preventDefault();
      wanted.click();
      if (wanted.type === "radio" || wanted.type === "checkbox") wanted.focus();
    }
  });

  if (!form) return;
  var worth = JSON.parse(form.dataset.worth);
  var line = form.querySelector("[data-arithmetic]");

  function chosen(name) { return form.querySelector('input[name="' + name + '"]:checked'); }
  function short(milli) { return String(milli / 1000); }

  // The same sum as bot.contest.arithmetic, in whole thousandths; the server works it out again on saving.
  function sum() {
    var row = chosen("row_code");
    if (!row) return "请选差错种类，分值由它决定。";
    if (worth.rank === null) return "这条不计名次，得 0 分。";
    if (worth.rank === 0) return "同一读者已报过这一处，得 0 分。";
    var base = Number(row.dataset.base), doubling = chosen("doubling");
    var doubled = doubling && doubling.value !== "none" && row.dataset.doubles === "yes";
    var points = base * (doubled ? worth.factor : 1);
    var share = worth.shares[worth.rank - 1] || 0;
    if (worth.rank > 1 && points < worth.small) share = 0;
    var marks = form.querySelectorAll(".marks input:checked").length;
    var tenths = worth.base + worth.step * marks;
    var total = Math.floor(Math.floor(points * share / 4) * tenths / 10);
    var text = short(base) + " 分" +
      (doubled ? " × " + worth.factor + "（" + (doubling.value === "headline" ? "标题" : "重要信息") + "）× " : " × ") +
      share / 4 + "（" + (worth.rank === 1 ? "首位发现" : "第 " + worth.rank + " 位发现") + "）× " + (tenths / 10).toFixed(1) + "（" + marks + " 项说明）＝ " + (total / 1000).toFixed(3) + " 分";
    if (doubling && doubling.value !== "none" && !doubled) text += "。这一种不加倍";
    if (row.dataset.capped === "yes") text += "。标点和数字用法每人每轮合计最多 " + short(worth.cap) + " 分";
    return text;
  }

  function show() {
    var verdict = chosen("verdict"), value = verdict ? verdict.value : "";
    var scoring = !value || value === "accepted" || value === "accepted_with_edits";
    form.querySelectorAll('[data-for="scoring"]').forEach(function (part) { part.hidden = !scoring; });
    form.querySelectorAll('[data-for="repeated"]').forEach(function (part) { part.hidden = value !== "repeated"; });
    form.querySelector("#reason").required = !scoring;
    line.textContent = sum();
    offer();
  }

  // The kind that the machine proposes: one key takes it, any other choice stands as well.
  var proposal = form.querySelector("[data-proposal]");

  function agrees() {
    var row = chosen("row_code"), doubling = chosen("doubling"), verdict = chosen("verdict");
    return row && row.value === proposal.dataset.row && doubling && doubling.value === proposal.dataset.doubling &&
      verdict && /^accepted/.test(verdict.value);
  }

  function offer() {
    if (!proposal) return;
    proposal.querySelector("[data-accept]").hidden = Boolean(agrees());
    proposal.querySelector("[data-accepted]").hidden = !agrees();
  }

  if (proposal) {
    proposal.querySelector("[data-accept]").addEventListener("click", function () {
      var row = form.querySelector("#row-" + CSS.escape(proposal.dataset.row)), verdict = chosen("verdict");
      if (!verdict || !/^accepted/.test(verdict.value)) form.querySelector("#verdict-accepted").checked = true;
      row.closest("details").open = true;
      row.checked = true;
      form.querySelector("#doubling-" + proposal.dataset.doubling).checked = true;
      show();
      form.querySelector('[type="submit"]').focus();
    });
  }

  form.addEventListener("change", show);
  show();
})();
