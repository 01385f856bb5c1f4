// Selecting rows of a list: a range with shift, everything on the page, `x` at the row in focus. Without a script the
// boxes and the bar below them work by themselves.
import { text } from "./page.js";
import { showToast } from "./toasts.js";

const typing = "input:not([type=checkbox]), textarea, select, .CodeMirror";

export function startBulk() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
    // Making a file takes a second or two, and the browser says nothing until it comes.
    if (event.target.closest("a[download]")) showToast(text("preparing"));
  });
  document.addEventListener("keydown", selectByKey);
  const form = document.querySelector("form[data-select]");
  if (form) new Selection(form);
}

class Selection {
  constructor(form) {
    this.form = form;
    this.boxes = [...form.querySelectorAll("[data-select-one]")];
    this.all = form.querySelector("[data-select-all]");
    this.act = form.querySelector("[data-select-act]");
    this.count = form.querySelector("[data-select-count]");
    this.last = -1;
    form.querySelector("[data-select-head]").hidden = false;
    this.all.addEventListener("change", () => this.setAll(this.all.checked));
    this.act.addEventListener("change", () => this.show());
    form.addEventListener("click", (event) => this.extend(event));
    form.addEventListener("change", () => this.show());
    this.show();
  }

  /** With shift, everything between the last box and this one becomes what this one has become. */
  extend(event) {
    const now = this.boxes.indexOf(event.target);
    if (now < 0) return;
    if (event.shiftKey && this.last >= 0) {
      const [from, to] = [Math.min(now, this.last), Math.max(now, this.last)];
      for (const box of this.boxes.slice(from, to + 1)) box.checked = event.target.checked;
    }
    this.last = now;
    this.show();
  }

  setAll(checked) {
    for (const box of this.boxes) box.checked = checked;
    this.show();
  }

  show() {
    const chosen = this.boxes.filter((box) => box.checked).length;
    this.all.checked = chosen > 0 && chosen === this.boxes.length;
    this.all.indeterminate = chosen > 0 && !this.all.checked;
    this.count.textContent = text("selected", { n: chosen, all: this.boxes.length });
    for (const field of this.form.querySelectorAll("[data-select-for]")) {
      const wanted = field.dataset.selectFor.split(" ").includes(this.act.value);
      field.hidden = !wanted;
      field.required = wanted;
    }
    this.form.querySelector(".select-bar [type=submit]").disabled = chosen === 0;
    for (const box of this.boxes) box.closest("[data-row]").classList.toggle("is-selected", box.checked);
  }
}

/** `x` selects the row in focus; on a list where nothing can be selected yet it leads to where it can. */
function selectByKey(event) {
  if (event.key !== "x" || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!keysAreOn() || event.target.closest?.(typing) || document.querySelector("dialog[open]")) return;
  const box = event.target.closest?.("[data-row]")?.querySelector("[data-select-one]");
  if (box && event.target !== box) box.click();
  else if (!box) document.querySelector("[data-select-start]")?.click();
}

function keysAreOn() {
  try { return localStorage.getItem("zhiying.keys") !== "off"; } catch { return true; }
}
