// Choosing tags and people by typing. The plain control underneath stays the one that is sent.
import TomSelect from "tom-select/dist/js/tom-select.base.js";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import "tom-select/dist/css/tom-select.css";
import "./css/combobox.css";
import { text } from "./page.js";

TomSelect.define("remove_button", removeButton);

for (const control of document.querySelectorAll("[data-combobox]")) start(control);

function start(control) {
  const isFree = control.tagName === "INPUT";
  const label = control.labels?.[0]?.textContent.trim() ?? "";
  const known = isFree ? JSON.parse(control.dataset.options || "[]") : null;
  const select = new TomSelect(control, {
    plugins: control.multiple || isFree ? { remove_button: { title: text("remove"), label: "×" } } : {},
    create: isFree, createOnBlur: isFree, delimiter: ",", persist: false, maxOptions: 200, clearAfterSelect: true, hideSelected: true,
    ...(known && { options: known.map((value) => ({ value, text: value })) }),
    splitOn: /\s*[,，、;；]\s*/, diacritics: false,
    render: {
      no_results: () => message(text("nothingFound")),
      option_create: (data, escape) => `<div class="create">${escape(text("addOption", { value: data.input }))}</div>`,
    },
  });
  select.control_input.setAttribute("aria-label", label);
  for (const name of ["aria-describedby", "aria-invalid"])
    if (control.hasAttribute(name)) select.control_input.setAttribute(name, control.getAttribute(name));
  control.setAttribute("aria-label", label);
  control.setAttribute("aria-hidden", "true");
  select.dropdown_content.setAttribute("aria-label", label);
  control.addEventListener("draft:restored", () => select.sync());
}

function message(words) {
  const box = document.createElement("div");
  box.className = "no-results";
  box.textContent = words;
  return box;
}
