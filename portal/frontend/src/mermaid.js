// Diagrams. The source stays on the page, under the drawing, for those who cannot see it.
import mermaid from "mermaid";
import { text } from "./page.js";

const isDark = () => {
  const chosen = document.documentElement.dataset.bsTheme;
  return chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
};

const diagrams = [...document.querySelectorAll(".mermaid")].map((element) => ({ element, source: element.textContent.trim() }));
for (const [at, diagram] of diagrams.entries()) Object.assign(diagram, prepare(diagram, at));
await drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);

function prepare({ element, source }, at) {
  const figure = document.createElement("figure");
  figure.className = "diagram";
  const drawing = document.createElement("div");
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = text("diagramSource");
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  pre.textContent = source;
  details.append(summary, pre);
  figure.append(drawing, details);
  element.replaceWith(figure);
  return { drawing, details, id: `diagram-${at}` };
}

async function drawAll() {
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: isDark() ? "dark" : "neutral", fontFamily: "inherit" });
  for (const { drawing, details, id, source } of diagrams) {
    try {
      const { svg } = await mermaid.render(`${id}-svg`, source);
      drawing.innerHTML = svg;
      const image = drawing.querySelector("svg");
      image.setAttribute("role", "img");
      image.setAttribute("aria-label", image.querySelector("title")?.textContent || text("diagram"));
      image.removeAttribute("aria-roledescription");
    } catch {
      drawing.textContent = text("diagramFailed");
      details.open = true;
    }
  }
}
