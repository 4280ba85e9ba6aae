// 来信, 代录 and appeals: ready sentences put in, and what typed words come to, shown while one types.
// Everything can be done without this file.
(function () {
  "use strict";

  document.documentElement.classList.add("with-script");

  document.querySelectorAll("[data-insert]").forEach(function (button) {
    button.addEventListener("click", function () {
      var field = button.form.elements[button.dataset.into];
      var before = field.value.trim();
      field.value = before ? before + "\n" + button.dataset.insert : button.dataset.insert;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  });

  // A form with data-look asks the server what it would come to, a little after the last key.
  document.querySelectorAll("form[data-look]").forEach(function (form) {
    var target = document.getElementById(form.dataset.lookInto);
    var timer, asked = 0;

    function look() {
      var mine = ++asked;
      fetch(form.dataset.look, { method: "POST", body: new FormData(form), credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.text() : ""; })
        .then(function (piece) { if (mine === asked) target.innerHTML = piece; })
        .catch(function () { /* the preview is a comfort: what is sent is checked anyway */ });
    }

    form.addEventListener("input", function (event) {
      if (event.isComposing) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(look, 350);
    });
    form.addEventListener("compositionend", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(look, 350);
    });
    // What a machine heard is where the editor starts: he sees at once what it comes to.
    if ("lookNow" in form.dataset && !target.textContent.trim()) look();
  });

  // Somebody who called before needs no new name.
  document.querySelectorAll("[data-who]").forEach(function (select) {
    var fresh = document.getElementById(select.dataset.who);
    function show() { fresh.hidden = select.value !== ""; }
    select.addEventListener("change", show);
    show();
  });

  var here = document.getElementById("this-letter");
  if (here && window.matchMedia("(min-width: 62rem)").matches) here.scrollIntoView({ block: "nearest" });
})();
