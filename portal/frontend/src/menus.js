// Menus are <details>: they open without a script; the script closes them as people expect.
import { post } from "./page.js";

const wide = matchMedia("(min-width: 62rem)");

export function startMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  for (const form of document.querySelectorAll("form[data-in-place]")) form.addEventListener("submit", applyInPlace);
  openFacets();
  wide.addEventListener("change", openFacets);
}

const openMenus = () => document.querySelectorAll("details.menu[open]");

/** A setting that changes the whole page, such as its language: send it, then show this page anew. */
async function applyInPlace(event) {
  event.preventDefault();
  const form = event.target;
  try {
    const answer = await post(form.action, new FormData(form, event.submitter));
    if (answer.ok) location.reload();
    else throw new Error(answer.statusText);
  } catch {
    const chosen = document.createElement("input");
    Object.assign(chosen, { type: "hidden", name: event.submitter.name, value: event.submitter.value });
    form.append(chosen);
    form.submit();
  }
}

/** Facets are a disclosure on phones and always in view on a desk. */
function openFacets() {
  for (const facets of document.querySelectorAll("details.facets")) facets.open = wide.matches;
}
