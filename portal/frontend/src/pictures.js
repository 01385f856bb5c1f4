// Pictures in the editor: chosen, pasted or dropped, sent to the server one after the other, and named in the text where
// the cursor stands. Without this script a picture's address can still be typed.
import { csrfToken, text } from "./page.js";
import { showToast } from "./toasts.js";

const TYPES = /^image\/(png|jpeg|gif|webp|bmp|tiff)$/;

/** Take pictures for an editing surface; returns what the tool bar's button does. */
export function takePictures(url, surface) {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  input.multiple = true;
  input.hidden = true;
  surface.element.after(input);
  input.addEventListener("change", () => { send(url, surface, [...input.files]); input.value = ""; });
  for (const [name, part] of [["paste", "clipboardData"], ["drop", "dataTransfer"]])
    surface.element.addEventListener(name, (event) => {
      const files = [...(event[part]?.files ?? [])].filter((file) => TYPES.test(file.type));
      if (!files.length) return;
      event.preventDefault();
      event.stopPropagation();
      send(url, surface, files);
    }, true);
  return () => input.click();
}

async function send(url, surface, files) {
  for (const file of files) {
    showToast(text("sendingPicture", { name: file.name }));
    const form = new FormData();
    form.set("image", file);
    try {
      const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
      const answer = await fetch(url, { method: "POST", headers, body: form, credentials: "same-origin" });
      const said = await answer.json();
      if (answer.ok) surface.insert(`\n![${called(file.name)}](${said.url})\n`);
      else showToast(said.title);
    } catch { showToast(text("uploadFailed")); }
  }
}

/** What a picture is called until its writer says what it shows. */
const called = (name) => name.replace(/\.\w+$/, "").replace(/[[\]\n]/g, " ").trim();
