// What the server told this page: texts in the reader's language, the icon sprite, the CSRF token.
const texts = JSON.parse(document.body.dataset.texts || "{}");

/** The text of that name in the reader's language; `{x}` in it is replaced by values.x. */
export const text = (name, values = {}) =>
  (texts[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

export const actorName = () => document.body.dataset.actor ?? "";

/** An icon of the sprite, as an element. */
export function iconElement(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** POST with the CSRF token; the server's answer is the caller's to judge. */
export const post = (url, body) =>
  fetch(url, { method: "POST", headers: { "X-CSRFToken": csrfToken() }, body, credentials: "same-origin" });
