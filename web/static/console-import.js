// Dropping newspapers' files, and watching them being read. The pages work without this file.
(function () {
  "use strict";

  var form = document.querySelector("[data-upload]");
  if (form) dropping(form);
  var reading = document.querySelector("[data-import]");
  if (reading) watching(reading);

  function dropping(form) {
    var zone = form.querySelector("[data-drop]");
    var input = form.querySelector("#files");
    var folder = form.querySelector("#folder");
    var list = form.querySelector("[data-chosen-list]");
    var problem = document.getElementById("upload-problem");
    var largest = Number(form.dataset.largestMb) * 1024 * 1024;
    var chosen = new Map(); // path → file
    var request = null;

    form.querySelector("[data-drop-words]").hidden = false;
    form.querySelector("[data-files-label]").className = "btn btn-primary";
    form.querySelector("[data-files-label]").textContent = "选文件";
    input.classList.add("visually-hidden");
    if ("webkitdirectory" in folder) {
      folder.disabled = false;
      form.querySelector("[data-folder-label]").hidden = false;
    }

    input.addEventListener("change", function () { take(input.files, input); });
    folder.addEventListener("change", function () { take(folder.files, folder); });

    function take(files, from) {
      Array.prototype.forEach.call(files, function (file) { add(file.webkitRelativePath || file.name, file); });
      from.value = ""; // so that the same file can be chosen again after it was taken out
      show();
    }

    function add(path, file) {
      var name = path.split("/").pop();
      if (!name || name[0] === "." || name.indexOf("~$") === 0 || /^(thumbs\.db|desktop\.ini)$/i.test(name)) return;
      chosen.set(path, file);
    }

    // A file dropped beside the zone must not replace the page.
    ["dragover", "drop"].forEach(function (kind) {
      window.addEventListener(kind, function (event) {
        if (!hasFiles(event)) return;
        event.preventDefault();
        zone.toggleAttribute("data-over", kind === "dragover");
        if (kind === "drop" && !request) dropped(event.dataTransfer);
      });
    });
    window.addEventListener("dragleave", function (event) {
      if (!event.relatedTarget) zone.removeAttribute("data-over");
    });

    function hasFiles(event) {
      return event.dataTransfer && Array.prototype.indexOf.call(event.dataTransfer.types, "Files") >= 0;
    }

    function dropped(transfer) {
      var entries = [];
      var loose = [];
      Array.prototype.forEach.call(transfer.items || [], function (item) {
        if (item.kind !== "file") return;
        var entry = item.webkitGetAsEntry && item.webkitGetAsEntry();
        if (entry) entries.push(entry);
        else if (item.getAsFile()) loose.push(item.getAsFile());
      });
      if (!entries.length && !loose.length) loose = Array.prototype.slice.call(transfer.files);
      loose.forEach(function (file) { add(file.name, file); });
      Promise.all(entries.map(walk)).then(show, function () {
        say("有的文件打不开，请换“选文件”的按钮试试。");
        show();
      });
    }

    function walk(entry) {
      return new Promise(function (done, fail) {
        var path = entry.fullPath.replace(/^\//, "");
        if (entry.isFile) {
          entry.file(function (file) { add(path, file); done(); }, fail);
          return;
        }
        var reader = entry.createReader();
        (function more() { // a folder is handed over a hundred entries at a time
          reader.readEntries(function (some) {
            if (!some.length) { done(); return; }
            Promise.all(some.map(walk)).then(more, fail);
          }, fail);
        })();
      });
    }

    function show() {
      var sum = 0;
      list.textContent = "";
      chosen.forEach(function (file, path) {
        sum += file.size;
        var line = document.createElement("li");
        line.append(piece("span", path), piece("span", size(file.size)));
        var button = piece("button", "去掉");
        button.type = "button";
        button.className = "btn btn-sm btn-outline-secondary";
        button.setAttribute("aria-label", "去掉 " + path);
        button.addEventListener("click", function () { chosen.delete(path); show(); input.focus(); });
        line.append(button);
        list.append(line);
      });
      form.querySelector("[data-chosen]").hidden = chosen.size === 0;
      form.querySelector("[data-chosen-sum]").textContent = "共 " + chosen.size + " 个文件，" + size(sum);
      if (sum > largest) say("这些文件合起来超过 " + form.dataset.largestMb + " MB，请去掉几个，分几次传。");
      else problem.hidden = true;
      return sum;
    }

    function piece(tag, words) {
      var made = document.createElement(tag);
      made.textContent = words;
      return made;
    }

    function size(bytes) {
      return bytes < 1024 * 1024 ? Math.max(1, Math.round(bytes / 1024)) + " KB"
        : (bytes / 1024 / 1024).toFixed(1) + " MB";
    }

    function say(sentence) {
      problem.firstElementChild.textContent = sentence;
      problem.hidden = false;
      problem.focus();
    }

    form.addEventListener("submit", function (event) {
      event.preventDefault();
      event.stopPropagation(); // it may be sent again after a problem
      if (request) return;
      if (!chosen.size) { say("请先选一个或几个文件。"); return; }
      if (show() > largest) return;
      var data = new FormData();
      Array.prototype.forEach.call(form.querySelectorAll("input[name]:not([type=file]), select[name]"), function (field) {
        data.append(field.name, field.value);
      });
      chosen.forEach(function (file, path) { data.append("files", file, path); });
      send(data);
    });

    function send(data) {
      var bar = form.querySelector("#sending-bar");
      var words = form.querySelector("[data-sending-words]");
      request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.addEventListener("progress", function (event) {
        if (!event.lengthComputable) return;
        bar.value = Math.round(100 * event.loaded / event.total);
        words.textContent = event.loaded < event.total ? "正在传文件，" + bar.value + "%" : "传好了，正在收";
      });
      request.addEventListener("load", function () {
        var answer = request.response;
        if (request.status === 200 && answer && answer.address) { window.location.assign(answer.address); return; }
        failed(answer && answer.problem || "没有收下，请刷新这一页再试一次。");
      });
      request.addEventListener("error", function () { failed("没有传上去，请看看网络，再试一次。"); });
      request.addEventListener("abort", function () { busy(false); });
      busy(true);
      request.send(data);
    }

    function failed(sentence) {
      busy(false);
      say(sentence);
    }

    function busy(on) {
      if (!on) request = null;
      form.querySelector("[data-sending]").hidden = !on;
      form.querySelector("[data-send]").hidden = on;
    }

    form.querySelector("[data-stop]").addEventListener("click", function () { if (request) request.abort(); });
  }

  function watching(box) {
    var words = box.querySelector("[data-words]");
    var bar = box.querySelector("[data-bar]");
    var failures = 0;

    function look() {
      fetch(box.dataset.import, { headers: { Accept: "application/json" }, credentials: "same-origin" })
        .then(function (answer) {
          if (!answer.ok || answer.redirected) throw new Error("no answer");
          return answer.json();
        })
        .then(function (told) {
          failures = 0;
          if (!told.under_way) { window.location.reload(); return; }
          if (words.textContent !== told.sentence) words.textContent = told.sentence;
          if (told.of) { bar.max = told.of; bar.value = told.done; }
          window.setTimeout(look, 1000);
        })
        .catch(function () {
          failures += 1;
          if (failures > 2) words.textContent = "暂时连不上，正在重试。";
          window.setTimeout(look, 2000);
        });
    }
    window.setTimeout(look, 700);
  }
})();
