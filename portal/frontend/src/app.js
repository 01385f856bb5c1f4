// What every page runs. Each part looks for its own attributes and does nothing without them;
// every page also works with no script at all. Heavy parts are fetched only where a page asks for them.
import { startAnswers } from "./answers.js";
import { startDialogs } from "./dialogs.js";
import { startDrafts } from "./drafts.js";
import { startKeys } from "./keys.js";
import { startMenus } from "./menus.js";
import { startReading } from "./reading.js";
import { startToasts } from "./toasts.js";
import { startUploads } from "./uploads.js";

startToasts();
startMenus();
startDialogs();
startKeys();
startDrafts();
startReading();
startAnswers();
startUploads();

const has = (selector) => document.querySelector(selector) !== null;
if (has("textarea[data-editor]")) import("./editor.js");
if (has("[data-combobox]")) import("./combobox.js");
if (has(".mermaid")) import("./mermaid.js");
if (has("[hx-get],[hx-post],[hx-put],[hx-delete]")) import("./htmx.js");

// A page that comes back with errors starts at the summary of them.
document.querySelector("[data-error-summary]")?.focus();
