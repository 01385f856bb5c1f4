// htmx, for pages that have an element which asks the server for a fragment (the import's progress).
import htmx from "htmx.org/dist/htmx.esm.js";

export default htmx;
