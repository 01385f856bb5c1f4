// The Markdown editor: a tool bar and a preview made by the server, around the page's own textarea. With a mouse and a
// keyboard, EasyMDE takes the textarea's place; on a touch screen the textarea stays, because nothing handles the input
// methods, the selection and the voice typing of a phone better than the phone's own field.
import "codemirror/lib/codemirror.css";
import "./css/editor.css";
import { iconElement, post, text } from "./page.js";
import { takePictures } from "./pictures.js";
import { plainSurface } from "./plain.js";

const PAUSE = 500;
const hasTouch = matchMedia("(pointer: coarse)").matches;

// In the order of use on a phone, where only the first few fit beside the preview's button.
const tools = [
  { icon: "bold", name: "bold" },
  { icon: "heading", name: "heading" },
  { icon: "list", name: "bulletList" },
  { icon: "photo", name: "picture" },
  { icon: "link", name: "link" },
  { icon: "list-numbers", name: "numberedList" },
  { icon: "quote", name: "quote" },
  { icon: "table", name: "table" },
  { icon: "code", name: "code" },
];

for (const area of document.querySelectorAll("textarea[data-editor]")) start(area);

async function start(area) {
  const surface = hasTouch ? plainSurface(area) : (await import("./easymde.js")).richSurface(area);
  const bar = document.createElement("div");
  bar.className = "editor-bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", text("formatting"));
  const choosePicture = area.dataset.picturesUrl && takePictures(area.dataset.picturesUrl, surface);
  for (const tool of tools) {
    const run = tool.name === "picture" ? choosePicture : () => surface.apply(tool.name);
    if (run) bar.append(toolButton(tool, run));
  }
  const panes = document.createElement("div");
  panes.className = "editor-panes";
  const foot = document.createElement("div");
  foot.className = "editor-foot";
  surface.element.before(bar, panes, foot);
  panes.append(surface.element);
  if (area.dataset.previewUrl) addPreview(area.dataset.previewUrl, surface, bar, panes);
  const tell = () => { foot.textContent = text("characters", { count: [...surface.value().replace(/\s/g, "")].length }); };
  surface.onChange(tell);
  tell();
  walkByArrows(bar);
}

function toolButton({ icon, name, visible }, run) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = text(name);
  button.setAttribute("aria-label", text(name));
  button.append(iconElement(icon));
  if (visible) button.append(text(name));
  button.addEventListener("click", run);
  return button;
}

function addPreview(url, surface, bar, panes) {
  const pane = document.createElement("div");
  pane.className = "live-preview prose";
  pane.hidden = true;
  pane.tabIndex = 0;
  pane.setAttribute("role", "region");
  pane.setAttribute("aria-label", text("preview"));
  panes.append(pane);
  let timer;
  let latest = 0;
  const refresh = async () => {
    const mine = ++latest;
    const form = new FormData();
    form.set("body", surface.value());
    try {
      const answer = await post(url, form);
      const html = await answer.text();
      if (mine !== latest) return;
      if (answer.ok) pane.innerHTML = html;
      else pane.textContent = text("previewFailed");
    } catch { pane.textContent = text("previewFailed"); }
  };
  const isWide = matchMedia("(min-width: 48rem)");
  const button = toolButton({ icon: "eye", name: "preview", visible: true }, () => {
    pane.hidden = !pane.hidden;
    button.setAttribute("aria-pressed", String(!pane.hidden));
    panes.classList.toggle("is-split", !pane.hidden);
    surface.element.hidden = !pane.hidden && !isWide.matches;
    if (pane.hidden) surface.refresh();
    else refresh();
  });
  button.classList.add("push");
  button.setAttribute("aria-pressed", "false");
  bar.append(button);
  surface.onChange(() => {
    if (pane.hidden) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  });
}

/** One stop for Tab, arrows inside: what a tool bar is expected to do. */
function walkByArrows(bar) {
  const buttons = [...bar.querySelectorAll("button")];
  buttons.forEach((button, at) => { button.tabIndex = at === 0 ? 0 : -1; });
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const at = buttons.indexOf(document.activeElement);
    const next = buttons[(at + by + buttons.length) % buttons.length];
    buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  });
}
