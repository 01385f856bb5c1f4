// The board of verification: choosing rows, all of them, a range with shift, `x` at the row in focus. Without a script
// the boxes and buttons work by themselves.
const typing = "input:not([type=checkbox]), textarea, select";

export function startBoard(form) {
  const boxes = [...form.querySelectorAll("input[name=item]")];
  const head = form.querySelector("[data-selection-all]");
  const count = form.querySelector("[data-selection-count]");
  if (!head) return;
  const all = head.querySelector("input");
  let last = -1;
  head.hidden = false;

  function show() {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && !all.checked;
    count.textContent = chosen === 0 ? "" : chosen === 1 ? count.dataset.one : count.dataset.many.replace("{count}", chosen);
    for (const button of form.querySelectorAll("button[name=action]")) button.disabled = chosen === 0;
  }

  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; show(); });
  form.addEventListener("change", show);
  form.addEventListener("click", (event) => {
    const now = boxes.indexOf(event.target);
    if (now < 0) return;
    if (event.shiftKey && last >= 0)
      for (const box of boxes.slice(Math.min(now, last), Math.max(now, last) + 1)) box.checked = event.target.checked;
    last = now;
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(typing) || document.querySelector("dialog[open]")) return;
    const box = event.target.closest?.("[data-row]")?.querySelector("input[name=item]");
    if (!box || box === event.target) return;
    event.preventDefault();
    box.click();
  });
  show();
}
