// Keyboard, help, toasts. Everything here is a comfort: the pages work without it.
(() => {
  "use strict";
  const body = document.body;
  const inField = (at) => at.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]");
  const place = (key) => document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  let waitsForPlace = false;

  const rows = () => [...document.querySelectorAll("[data-row]")];
  const chosen = () => rows().findIndex((r) => r.hasAttribute("data-on"));
  const choose = (index) => {
    const all = rows();
    if (!all.length) return;
    const next = Math.max(0, Math.min(index, all.length - 1));
    all.forEach((r, i) => r.toggleAttribute("data-on", i === next));
    const link = all[next].querySelector("a");
    (link || all[next]).focus();
    all[next].scrollIntoView({ block: "nearest" });
  };
  const press = (key) => {
    const all = [...document.querySelectorAll(`[data-key="${key}"]`)];
    const target = all.find((e) => e.offsetParent !== null) || all[0];
    if (!target) return false;
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
    return true;
  };

  // Selected rows: how many is said beside what can be done with them.
  const boxes = () => [...document.querySelectorAll("[data-row] [data-pick]")];
  const counted = () => {
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    const n = boxes().filter((b) => b.checked).length;
    const whole = document.querySelector("[data-whole]");
    bar.classList.toggle("idle", !n && !whole?.checked);
    bar.querySelector("[data-count]").textContent = n;
    const all = document.querySelector("[data-all]");
    if (all) { all.checked = n > 0 && n === boxes().length; all.indeterminate = n > 0 && !all.checked; }
  };
  const mark = () => {
    const box = rows()[chosen()]?.querySelector("[data-pick]");
    if (box) { box.checked = !box.checked; counted(); }
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const does = event.key === "Enter" && event.target.closest("[data-enter]")?.dataset.enter;
    if (does) { event.preventDefault(); press(does); return; }
    if (event.key === "Escape" && inField(event.target)) { event.target.blur(); return; }
    if (body.dataset.keys !== "on" || inField(event.target)) return;
    const key = event.key;
    if (waitsForPlace) {
      waitsForPlace = false;
      const link = place(key);
      if (link) { event.preventDefault(); location.href = link.href; }
      return;
    }
    if (key === "g") { waitsForPlace = true; setTimeout(() => { waitsForPlace = false; }, 1500); return; }
    if (key === "?") { event.preventDefault(); document.getElementById("help")?.showModal(); return; }
    if (key === "j" || key === "k") { event.preventDefault(); choose(chosen() + (key === "j" ? 1 : -1)); return; }
    if (key === "x") { event.preventDefault(); mark(); return; }
    if (press(key)) event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) rows().forEach((r) => r.toggleAttribute("data-on", r === row));
  });
  // What opens by a key is written into at once.
  document.addEventListener("toggle", (event) => {
    const opened = event.target;
    if (opened.open && opened.matches("details[data-focus-first]")) opened.querySelector("select, input:not([type=hidden]), textarea")?.focus();
  }, true);
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) boxes().forEach((b) => { b.checked = event.target.checked; });
    if (event.target.matches("[data-all], [data-pick], [data-whole]")) counted();
    const form = event.target.closest("form[data-auto]");
    if (form) form.requestSubmit();
  });

  // A toast goes after ten seconds, but waits while it is looked at.
  const watch = (toast) => {
    let left = 10, held = false;
    for (const kind of ["mouseenter", "focusin"]) toast.addEventListener(kind, () => { held = true; });
    for (const kind of ["mouseleave", "focusout"]) toast.addEventListener(kind, () => { held = false; });
    const tick = setInterval(() => {
      if (!held && --left <= 0) { clearInterval(tick); toast.remove(); }
    }, 1000);
  };
  document.querySelectorAll("#toasts .toast, .toasts-now .toast").forEach(watch);
  // After a press the page is new: the next Tab goes on from what the press was about.
  document.querySelector("[data-focus]")?.focus();
  counted();
  const asked = location.hash === "#enrol" && document.getElementById("enrol");
  if (asked) { asked.open = true; asked.querySelector("select, input:not([type=hidden])")?.focus(); }
})();
