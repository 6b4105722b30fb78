"use strict";
(() => {
  const items = [...document.querySelectorAll(".q")];
  const texts = items.map((q) => q.textContent.toLowerCase());
  const find = document.getElementById("find"), type = document.getElementById("type");
  const verdict = document.getElementById("verdict"), faulty = document.getElementById("faulty");
  const count = document.getElementById("count");
  const show = () => {
    const wanted = find.value.trim().toLowerCase();
    let shown = 0;
    items.forEach((q, i) => {
      const keep = (!type.value || q.dataset.type === type.value)
        && (!verdict.value || q.dataset.verdict === verdict.value)
        && (!faulty.checked || q.dataset.faults !== "0")
        && (!wanted || texts[i].includes(wanted));
      q.hidden = !keep;
      shown += keep ? 1 : 0;
    });
    count.textContent = shown + " of " + items.length;
  };
  [find, type, verdict, faulty].forEach((control) => control.addEventListener("input", show));
  show();
})();
