// The arithmetic of a grade while one chooses: the same sum as bot.contest.arithmetic, in whole thousandths. The server works
// it out again when the form is saved. Used by the page of a report, by practice and by calibration.
window.gradeSum = (function () {
  "use strict";

  function short(milli) { return String(milli / 1000); }

  // `worth`: the numbers of the rule set and the finder's rank; `rankless`: what is said where no rank counts.
  return function (form, worth, rankless) {
    function chosen(name) { return form.querySelector('input[name="' + name + '"]:checked'); }

    var row = chosen("row_code");
    if (!row) return "请选差错种类，分值由它决定。";
    var base = Number(row.dataset.base), doubling = chosen("doubling");
    if (worth.rank === null) return rankless(short(base));
    if (worth.rank === 0) return "同一读者已报过这一处，得 0 分。";
    var doubled = doubling && doubling.value !== "none" && row.dataset.doubles === "yes";
    var points = base * (doubled ? worth.factor : 1);
    var share = worth.shares[worth.rank - 1] || 0;
    if (worth.rank > 1 && points < worth.small) share = 0;
    var marks = form.querySelectorAll(".marks input:checked").length;
    var tenths = worth.base + worth.step * marks;
    var total = Math.floor(Math.floor(points * share / 4) * tenths / 10);
    var text = short(base) + " 分" +
      (doubled ? " × " + worth.factor + "（" + (doubling.value === "headline" ? "标题" : "重要信息") + "）× " : " × ") +
      share / 4 + "（" + (worth.rank === 1 ? "首位发现" : "第 " + worth.rank + " 位发现") + "）× " + (tenths / 10).toFixed(1) +
      "（" + marks + " 项说明）＝ " + (total / 1000).toFixed(3) + " 分";
    if (doubling && doubling.value !== "none" && !doubled) text += "。这一种不加倍";
    if (row.dataset.capped === "yes") text += "。标点和数字用法每人每轮合计最多 " + short(worth.cap) + " 分";
    return text;
  };
})();
