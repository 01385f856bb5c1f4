// EasyMDE as an editing surface, without its own tool bar, spell checker, fonts and preview.
import EasyMDE from "easymde/src/js/easymde.js";
import { text } from "./page.js";

const commands = {
  bold: EasyMDE.toggleBold, heading: EasyMDE.toggleHeadingSmaller, bulletList: EasyMDE.toggleUnorderedList,
  numberedList: EasyMDE.toggleOrderedList, quote: EasyMDE.toggleBlockquote, link: EasyMDE.drawLink,
  table: EasyMDE.drawTable, code: EasyMDE.toggleCodeBlock,
};

export function richSurface(area) {
  const editor = new EasyMDE({
    element: area, toolbar: false, status: false, spellChecker: false, nativeSpellcheck: true, forceSync: true,
    autoDownloadFontAwesome: false, autofocus: false, indentWithTabs: false, tabSize: 4, inputStyle: "textarea",
    minHeight: "24rem", placeholder: area.placeholder, parsingConfig: { strikethrough: true },
    shortcuts: { togglePreview: null, toggleSideBySide: null, toggleFullScreen: null },
  });
  const mirror = editor.codemirror;
  area.mirror = mirror;
  area.dispatchEvent(new CustomEvent("editor:ready"));
  describe(mirror.getInputField(), area);
  area.required = false; // A hidden field cannot show the browser's complaint; the server checks.
  // Tab leaves the editor, so that nobody is held in it; indenting is Ctrl+] and Ctrl+[.
  mirror.setOption("extraKeys", { ...mirror.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
  mirror.getScrollerElement().tabIndex = 0; // A long text can be scrolled by keyboard without moving the cursor.
  mirror.on("change", () => area.dispatchEvent(new Event("input", { bubbles: true })));
  area.addEventListener("draft:restored", () => editor.value(area.value));
  // Labels and the summary of errors point at the textarea, which is hidden now.
  document.addEventListener("click", (event) => {
    if (!event.target.closest(`label[for="${area.id}"], a[href="#${area.id}"]`)) return;
    event.preventDefault();
    mirror.focus();
  });
  return {
    element: mirror.getWrapperElement().parentElement,
    value: () => editor.value(),
    onChange: (told) => mirror.on("change", told),
    refresh: () => mirror.refresh(),
    insert: (words) => {
      mirror.setCursor(mirror.getCursor("to")); // What is selected stays.
      mirror.replaceSelection(words);
      mirror.focus();
    },
    apply: (name) => { commands[name](editor); mirror.focus(); },
  };
}

function describe(field, area) {
  field.setAttribute("aria-label", area.labels?.[0]?.textContent.trim() ?? text("body"));
  if (area.required) field.setAttribute("aria-required", "true");
  for (const name of ["aria-describedby", "aria-invalid"])
    if (area.hasAttribute(name)) field.setAttribute(name, area.getAttribute(name));
}
