// What every page runs. Each part looks for its own attributes and does nothing without them;
// every page also works with no script at all. Heavy parts are fetched only where a page asks for them.
import { startAnswers } from "./answers.js";
import { startBell } from "./bell.js";
import { startBulk } from "./bulk.js";
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
startBulk();
startBell();

const has = (selector) => document.querySelector(selector) !== null;
if (has("textarea[data-mentions]")) import("./mentions.js");
if (has("textarea[data-editor]")) import("./editor.js");
if (has("[data-combobox]")) import("./combobox.js");
const publishing = document.querySelector("button[data-reviewed]");
if (publishing) import("./reviewed.js").then(({ startReviewed }) => startReviewed(publishing));
if (has("[data-asks]")) import("./asking.js").then(({ startAsking }) => startAsking());
const board = document.querySelector("form[data-board]");
if (board) import("./verification.js").then(({ startBoard }) => startBoard(board));
if (has("[data-attachments],.preview [data-waiting]")) import("./attachments.js");
if (has("[data-filling],[data-rows],[data-builder]")) import("./templates.js");
if (has("[data-conflict]")) import("./conflict.js").then(({ startConflict }) => startConflict());
if (has(".mermaid")) import("./mermaid.js");
if (has("[hx-get],[hx-post],[hx-put],[hx-delete]")) import("./htmx.js");

if (has("textarea")) import("./retired.js").then(({ startRetired }) => startRetired());

// A page that comes back with errors starts at the summary of them.
document.querySelector("[data-error-summary]")?.focus();
