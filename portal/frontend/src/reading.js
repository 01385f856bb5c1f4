// Tells the server that a page was read: once, after it has been in view for three seconds.
import { post } from "./page.js";

const LONG_ENOUGH = 3000;

export function startReading() {
  const url = document.querySelector("[data-reading-url]")?.dataset.readingUrl;
  if (!url) return;
  let timer;
  const watch = () => {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    timer = setTimeout(() => {
      document.removeEventListener("visibilitychange", watch);
      post(url).catch(() => { /* A reading that is not counted must not trouble the reader. */ });
    }, LONG_ENOUGH);
  };
  document.addEventListener("visibilitychange", watch);
  watch();
}
