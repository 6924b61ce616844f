// Keyboard, help, toasts. Everything here is a comfort: the pages work without it.
(() => {
  "use strict";
  const body = document.body;
  const inField = (at) => at.closest("input, textarea, select, [contenteditable], dialog[open]");
  const places = { i: "/inbox", a: "/accounts", o: "/", m: "/matrix" };
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

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      press("/");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const does = event.key === "Enter" && event.target.closest("[data-enter]")?.dataset.enter;
    if (does) { event.preventDefault(); press(does); return; }
    if (event.key === "Escape" && inField(event.target)) { event.target.blur(); return; }
    if (body.dataset.keys !== "on" || inField(event.target)) return;
    const key = event.key;
    if (waitsForPlace) {
      waitsForPlace = false;
      if (places[key]) { event.preventDefault(); location.href = places[key]; }
      return;
    }
    if (key === "g") { waitsForPlace = true; setTimeout(() => { waitsForPlace = false; }, 1500); return; }
    if (key === "?") { event.preventDefault(); document.getElementById("help")?.showModal(); return; }
    if (key === "j" || key === "k") { event.preventDefault(); choose(chosen() + (key === "j" ? 1 : -1)); return; }
    if (press(key)) event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) rows().forEach((r) => r.toggleAttribute("data-on", r === row));
  });
  document.addEventListener("change", (event) => {
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
})();
