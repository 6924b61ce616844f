// The command palette: Ctrl or Cmd and K. What it lists is made by the server.
(() => {
  "use strict";
  const box = document.getElementById("palette");
  const ask = document.getElementById("palette-ask");
  const list = document.getElementById("palette-list");
  if (!box) return;
  let waits = 0, asked = 0, from = null;

  const options = () => [...list.querySelectorAll("a[role=option]")];
  const at = () => options().findIndex((o) => o.getAttribute("aria-selected") === "true");
  const choose = (index) => {
    const all = options();
    if (!all.length) { ask.removeAttribute("aria-activedescendant"); return; }
    const next = (index + all.length) % all.length;
    all.forEach((o, i) => o.setAttribute("aria-selected", String(i === next)));
    ask.setAttribute("aria-activedescendant", all[next].id);
    all[next].scrollIntoView({ block: "nearest" });
  };
  const look = async () => {
    const mine = ++asked;
    const answer = await fetch(`/palette?${new URLSearchParams({ q: ask.value })}`);
    // An answer that comes late belongs to words that are gone.
    if (!answer.ok || answer.redirected || mine !== asked) return;
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...made.body.childNodes);
    choose(0);
  };
  const open = () => {
    if (box.open) { box.close(); return; }
    from = document.activeElement;
    ask.value = "";
    box.showModal();
    ask.focus();
    look();
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  box.addEventListener("close", () => from?.focus());
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  ask.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(look, 120); });
  ask.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(at() + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = options()[at()];
      if (option) { box.close(); location.href = option.href; }
    }
  });
})();
