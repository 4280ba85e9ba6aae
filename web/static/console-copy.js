// Buttons that copy a text of the page. Works without a network and on a plain http address, too.
(function () {
  "use strict";

  // navigator.clipboard exists on https and localhost only; elsewhere the selection is copied.
  function copyBySelection(source) {
    var range = document.createRange();
    range.selectNodeContents(source);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    var done = document.execCommand("copy");
    if (done) selection.removeAllRanges();
    return done;
  }

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var label = button.textContent;
    function say(done) {
      button.textContent = done ? "已复制" : "请按 Ctrl+C 复制";
      window.setTimeout(function () { button.textContent = label; }, 4000);
    }
    button.addEventListener("click", function () {
      var source = document.getElementById(button.dataset.copy);
      if (!navigator.clipboard) { say(copyBySelection(source)); return; }
      navigator.clipboard.writeText(source.textContent).then(
        function () { say(true); }, function () { say(copyBySelection(source)); });
    });
  });
})();
