// The answer of a practice report: it is read first, and Enter goes on. While a report is answered: the arithmetic.
(function () {
  "use strict";

  var next = document.querySelector("[data-next]");
  if (next) {
    // On a telephone the answer stands below the report: its heading comes into sight, the button keeps the focus.
    next.focus({ preventScroll: true });
    document.querySelector(".practice-answer").scrollIntoView({ block: window.innerWidth < 992 ? "start" : "nearest" });
  }

  var form = document.querySelector("form[data-grade]");
  if (!form) return;
  var worth = JSON.parse(form.dataset.worth);
  var line = form.querySelector("[data-arithmetic]");

  function chosen(name) { return form.querySelector('input[name="' + name + '"]:checked'); }

  function sum() {
    return window.gradeSum(form, worth, function (points) {
      return "校准不计分。选好种类，看看分值：" + points + " 分";
    });
  }

  function show() {
    var verdict = chosen("verdict"), value = verdict ? verdict.value : "";
    var scoring = !value || value === "accepted" || value === "accepted_with_edits";
    form.querySelectorAll('[data-for="scoring"]').forEach(function (part) { part.hidden = !scoring; });
    form.querySelectorAll('[data-for="repeated"]').forEach(function (part) { part.hidden = value !== "repeated"; });
    line.textContent = sum();
  }

  form.addEventListener("change", show);
  show();
})();
