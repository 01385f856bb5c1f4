// The bell: how much is new, asked for when a page opens, when one comes back to it, and once a minute while one looks.
const EVERY = 60_000;

export function startBell() {
  const bell = document.querySelector("[data-count-url]");
  if (!bell) return;
  let timer;
  const ask = async () => {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(bell.dataset.countUrl, { credentials: "same-origin", headers: { Accept: "application/json" } });
      // Signed out meanwhile: the next page says so; asking again would not help.
      if (!answer.ok || answer.redirected) return;
      show(bell, await answer.json());
    } catch { /* Without a connection the number stays as it is. */ }
    timer = setTimeout(ask, EVERY);
  };
  document.addEventListener("visibilitychange", ask);
  addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
  ask();
}

function show(bell, { new: count, most }) {
  const mark = bell.querySelector(".bell-count");
  const said = count >= most ? `${most - 1}+` : String(count);
  mark.hidden = count === 0;
  mark.textContent = said;
  const label = count ? bell.dataset.labelNew.replace("{count}", said) : bell.dataset.label;
  bell.setAttribute("aria-label", label);
  bell.title = label;
}
