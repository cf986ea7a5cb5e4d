// The safety check, made quicker: "none of these" and its group exclude each other, and the list
// of treatments can be searched. Without this module the form works all the same.

/** @param {ParentNode} group */
function excludeEachOther(group) {
  const boxes = [...group.querySelectorAll("input[name=condition]")];
  const none = group.querySelector("input[name=none]");
  if (!(none instanceof HTMLInputElement)) return;
  none.addEventListener("change", () => {
    if (!none.checked) return;
    for (const box of boxes) if (box instanceof HTMLInputElement) box.checked = false;
  });
  for (const box of boxes) {
    box.addEventListener("change", () => {
      if (box instanceof HTMLInputElement && box.checked) none.checked = false;
    });
  }
}

/** @param {HTMLElement} group */
function searchProcedures(group) {
  const field = group.querySelector(".find");
  const input = group.querySelector("#find");
  const found = group.querySelector("[data-found]");
  const none = group.querySelector("input[name=none]");
  const entries = [...group.querySelectorAll("details")];
  if (!(field instanceof HTMLElement) || !(input instanceof HTMLInputElement)) return;
  field.hidden = false;

  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const entry of entries) {
      const date = entry.querySelector("input[type=date]");
      const dated = date instanceof HTMLInputElement && date.value !== "";
      const name = (entry.dataset["name"] ?? "").toLowerCase();
      const fits = words.every((word) => name.includes(word));
      entry.hidden = !fits && !dated;
      if (fits) count += 1;
    }
    if (found) found.textContent = words.length === 0 ? "" : `${count} / ${entries.length}`;
  };
  input.addEventListener("input", show);
  // Enter searches; it must not send a form that is half filled in.
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  group.addEventListener("change", (event) => {
    const target = event.target;
    if (!(none instanceof HTMLInputElement) || !(target instanceof HTMLInputElement)) return;
    if (target.type === "date" && target.value) none.checked = false;
    if (target === none && none.checked) {
      for (const date of group.querySelectorAll("input[type=date]")) {
        if (date instanceof HTMLInputElement) date.value = "";
      }
    }
  });
}

for (const group of document.querySelectorAll("[data-group]")) excludeEachOther(group);
const procedures = document.querySelector("[data-procedures]");
if (procedures instanceof HTMLElement) searchProcedures(procedures);
const wrong = document.querySelector("#wrong");
if (wrong instanceof HTMLElement) wrong.focus();
