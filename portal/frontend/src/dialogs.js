// Dialogs, confirmations, copying.
import { text } from "./page.js";
import { showToast } from "./toasts.js";

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) openDialog(opener.dataset.opens);
    const closer = event.target.closest("[data-close-dialog]");
    if (closer) closer.closest("dialog").close();
    if (event.target instanceof HTMLDialogElement) event.target.close();
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
  });
  document.addEventListener("submit", confirmFirst);
}

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

/** A form with data-confirm asks before it is sent; the answer is given once, for this sending. */
function confirmFirst(event) {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const dialog = document.getElementById("confirm");
  dialog.querySelector("[data-question]").textContent = question;
  const yes = dialog.querySelector("[data-yes]");
  yes.textContent = event.submitter?.textContent.trim() || text("confirm");
  yes.onclick = () => {
    dialog.close();
    form.dataset.confirmed = "yes";
    form.requestSubmit(event.submitter);
    delete form.dataset.confirmed;
  };
  dialog.showModal();
}

async function copy(button) {
  const wanted = button.dataset.copy || location.origin + location.pathname;
  try {
    await navigator.clipboard.writeText(wanted);
  } catch {
    copyOldWay(wanted, button);
  }
  showToast(text("copied"));
}

/** Plain http inside a company network has no clipboard interface. */
function copyOldWay(wanted, button) {
  const area = document.createElement("textarea");
  area.value = wanted;
  button.after(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  button.focus();
}
