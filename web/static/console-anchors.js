// Shows the examples of the verdict and the kind that are chosen; without it all of them stand there, folded.
(function () {
  "use strict";

  var box = document.querySelector("[data-anchors]");
  if (!box) return;
  var none = box.querySelector("[data-anchors-none]");
  var entries = Array.prototype.slice.call(box.querySelectorAll("[data-anchor]"));

  function chosen(name) {
    var field = document.querySelector('form[data-grade] input[name="' + name + '"]:checked');
    return field ? field.value : "";
  }

  function show() {
    var verdict = chosen("verdict"), row = chosen("row_code"), any = false;
    var accepting = !verdict || /^accepted/.test(verdict);
    entries.forEach(function (entry) {
      var key = entry.dataset.anchor;
      entry.hidden = !(key === "verdict:" + verdict || (accepting && key === "row:" + row));
      any = any || !entry.hidden;
    });
    none.hidden = any;
  }

  document.addEventListener("change", function (event) {
    if (event.target.name === "verdict" || event.target.name === "row_code") show();
  });
  // A button that takes the proposal checks fields without an event of theirs.
  document.addEventListener("click", function () { window.setTimeout(show, 0); });
  show();
})();
