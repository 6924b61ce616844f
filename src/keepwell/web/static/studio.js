// The studios: a slider and its number are one value. Without this the numbers do.
(() => {
  "use strict";
  const twin = (slider) => document.getElementById(slider.dataset.twin);
  document.querySelectorAll("input[data-twin]").forEach((slider) => {
    const number = twin(slider);
    slider.hidden = false;
    slider.value = number.value;
    slider.addEventListener("input", () => { number.value = slider.value; });
    number.addEventListener("input", () => { slider.value = number.value; });
  });
  // What a dimension was, and what it is now, stands beside its name.
  document.querySelectorAll(".dim-f[data-was]").forEach((part) => {
    const number = part.querySelector("input[data-weight]");
    const said = part.querySelector(".ch");
    const words = said.dataset.same;
    part.addEventListener("input", () => {
      const is = Number(number.value) !== Number(part.dataset.was) && part.dataset.was !== "";
      part.classList.toggle("changed", is || part.dataset.was === "");
      said.classList.toggle("dim", !is && part.dataset.was !== "");
      if (part.dataset.was !== "") said.textContent = is ? `${part.dataset.was} → ${number.value}` : words;
    });
  });
  const total = document.getElementById("total");
  const add = () => {
    const sum = [...document.querySelectorAll("input[data-weight]")]
      .reduce((all, input) => all + (Number(input.value) || 0), 0);
    if (total) total.textContent = String(Math.round(sum * 100) / 100);
  };
  document.addEventListener("input", add);
  add();
})();
