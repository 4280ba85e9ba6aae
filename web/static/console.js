// Small comforts of every page. Everything works without this file.
(function () {
  "use strict";

  // A menu closes on a click elsewhere and on Escape.
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.isComposing) return;
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // A question comes only before something is done: what is not filled in yet the server refuses anyway. It is the form's,
  // or a chosen answer's; one about one field (data-confirm-of) comes only where that is not as it was (data-confirm-was).
  function question(form) {
    var field = form.dataset.confirmOf && form.elements[form.dataset.confirmOf];
    var chosen = form.querySelector("input[data-confirm]:checked");
    var words = chosen ? chosen.dataset.confirm : field && field.value === form.dataset.confirmWas ? "" : form.dataset.confirm;
    return words && form.checkValidity() ? words : "";
  }

  // What cannot be taken back is asked first; a form is sent once, however often the button is hit.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var asked = question(form);
    if (asked && !window.confirm(asked)) {
      event.preventDefault();
      return;
    }
    if (form.method.toLowerCase() !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // What was typed as a password can be looked at; it is sent as a password all the same.
  document.querySelectorAll("input[type=password]").forEach(function (input) {
    var label = document.querySelector("label[for='" + input.id + "']");
    var button = document.createElement("button");
    var show = function (shown) {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? "遮住" : "看看填的";
      button.setAttribute("aria-label", button.textContent + "：" + (label ? label.textContent : "密码"));
    };
    button.type = "button";
    button.className = "btn btn-link btn-sm px-0";
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", function () { show(input.type === "password"); });
    if (input.form) input.form.addEventListener("submit", function () { show(false); });
    show(false);
    input.insertAdjacentElement("afterend", button);
  });

  // On a phone the tab that is open may lie beside the screen.
  document.querySelectorAll(".view-tabs [aria-current]").forEach(function (tab) {
    var row = tab.closest(".view-tabs");
    row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  });

  // Errors are where the reader's eye and the screen reader start.
  var problem = document.querySelector("[data-problem]");
  if (problem) problem.focus();

  // Seconds in which a message can still be called back.
  document.querySelectorAll("[data-countdown]").forEach(function (place) {
    var until = Date.now() + Number(place.dataset.countdown) * 1000;
    var timer = window.setInterval(function () {
      var left = Math.ceil((until - Date.now()) / 1000);
      place.textContent = left > 0 ? left + " 秒内还能撤回" : "时间到了，可能已经发出";
      if (left > 0) return;
      window.clearInterval(timer);
      var bar = place.closest(".leaving-bar");
      if (bar) bar.hidden = true;
    }, 500);
  });

  // A list of choices that acts at once, beside its button for those without scripts.
  document.querySelectorAll("[data-auto-submit]").forEach(function (field) {
    field.addEventListener("change", function () { field.form.requestSubmit(); });
  });
})();
