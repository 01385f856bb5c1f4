// Forms with files show how far the upload is, and take files dropped on them.
import { csrfToken, text } from "./page.js";
import { showToast } from "./toasts.js";

export function startUploads() {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    const input = form.querySelector('input[type="file"]');
    input.addEventListener("change", () => list(form, input.files));
    const zone = form.querySelector("[data-drop]");
    if (zone) takeDrops(zone, input);
    form.addEventListener("submit", (event) => send(event, form));
  }
}

function takeDrops(zone, input) {
  for (const kind of ["dragenter", "dragover"])
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("is-over"); });
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = new DataTransfer();
    for (const file of event.dataTransfer.files) {
      if (files.items.length > 0 && !input.multiple) break;
      files.items.add(file);
    }
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
  });
}

function list(form, files) {
  const box = form.querySelector("[data-files]");
  if (!box) return;
  box.replaceChildren(...[...files].map((file) => {
    const item = document.createElement("li");
    item.textContent = `${file.name} · ${size(file.size)}`;
    return item;
  }));
}

const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

function send(event, form) {
  event.preventDefault();
  const request = new XMLHttpRequest();
  const box = form.querySelector("[data-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-progress-text]");
  const buttons = form.querySelectorAll("button");
  const wait = (waiting) => { for (const button of buttons) button.disabled = waiting; box.hidden = !waiting; };
  const data = new FormData(form, event.submitter);
  wait(true);
  request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
    if (!lengthComputable) return;
    const percent = Math.round((loaded / total) * 100);
    bar.value = percent;
    words.textContent = percent < 100 ? text("uploading", { percent }) : text("processing");
  });
  request.addEventListener("error", () => { wait(false); showToast(text("uploadFailed"), "toast-bad"); });
  request.addEventListener("load", () => show(request, () => wait(false)));
  request.open("POST", form.action);
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.send(data);
}

/** A redirect was followed: go where it led. Otherwise the answer is this page again, with its errors. */
function show(request, release) {
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = answer.querySelector("main");
  if (request.status < 400 && request.responseURL !== location.href) location.assign(request.responseURL);
  else if (main) {
    document.querySelector("main").replaceWith(main);
    startUploads();
    (document.querySelector("[data-error-summary]") ?? document.querySelector("main")).focus();
  } else {
    release();
    showToast(text("uploadFailed"), "toast-bad");
  }
}
