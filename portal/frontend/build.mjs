// Builds the scripts, the style sheet and the icon sprite into portal/static/dist, under names that
// carry a hash of their content, and writes manifest.json: logical name -> path below /static.
// Nothing here reaches the network: every input is a template, our own source, or a locked package.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { PurgeCSS } from "purgecss";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const source = join(here, "src");
const packages = join(root, "node_modules");
const statics = join(root, "portal", "static");
const out = join(statics, "dist");
const target = ["es2022", "chrome111", "safari16.4", "firefox121"];
const manifest = {};

/** The path of a built file as the application serves it, below /static. */
const served = (file) => relative(statics, file).replaceAll("\\", "/");

/** Files below a folder by extension; Node 20 has no stable glob of its own. */
function glob(folder, extension) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function writeHashed(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  const [stem, extension] = name.split(/\.(?=[^.]+$)/);
  const file = join(out, `${stem}-${hash}.${extension}`);
  writeFileSync(file, text);
  manifest[name] = served(file);
}

/** EasyMDE bundles a second Markdown renderer and a spell checker that loads dictionaries from a CDN.
 *  The preview comes from our own renderer and the browser checks spelling, so both are left out. */
const withoutEditorExtras = {
  name: "without-editor-extras",
  setup(b) {
    b.onResolve({ filter: /^(marked|codemirror-spell-checker)$/ }, (a) => ({ path: a.path, namespace: "left-out" }));
    b.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({
      contents: "module.exports = function () {}; module.exports.marked = { parse: String };",
    }));
  },
};

async function buildScripts() {
  const names = ["app", "editor", "combobox", "mermaid", "htmx"];
  const result = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => join(source, `${name}.js`)),
    bundle: true, splitting: true, format: "esm", minify: true, metafile: true,
    target, outdir: out, entryNames: "[name]-[hash]", chunkNames: "chunks/[name]-[hash]",
    logLevel: "warning", legalComments: "linked", plugins: [withoutEditorExtras],
    loader: { ".woff2": "file", ".woff": "file", ".svg": "file" },
  });
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    if (!output.entryPoint) continue;
    const name = output.entryPoint.split("/").pop();
    if (!names.includes(name.replace(/\.js$/, ""))) continue;
    manifest[name] = served(join(root, file));
    // Styles of lazily loaded parts are gathered under "app" as well; a page links to those it needs.
    if (output.cssBundle && name === "app.js") rmSync(join(root, output.cssBundle));
    else if (output.cssBundle) manifest[name.replace(/\.js$/, ".css")] = served(join(root, output.cssBundle));
  }
}

/** The base style sheet keeps only what the templates and scripts name; our own files are kept whole. */
async function buildStyles(pages) {
  const own = ["tokens", "base", "layout", "components", "forms", "lists", "prose", "notices", "difference", "verification", "attachments", "templates", "reviews", "pages", "tidiness", "print", "asking"];
  const base = readFileSync(join(packages, "@tabler/core/dist/css/tabler.css"), "utf8");
  const theme = own.map((name) => readFileSync(join(source, "css", `${name}.css`), "utf8")).join("\n");
  const scripts = glob(source, ".js");
  const [purged] = await new PurgeCSS().purge({
    content: [...pages, ...scripts, ...glob(join(source, "css"), ".css")],
    css: [{ raw: base }],
    variables: true, keyframes: true, fontFace: true,
    // Names of base components that we write ourselves, or that are ordinary words in a template.
    blocklist: [/^(prose|page|toolbar|tags?|empty|row|col|card|status|placeholder|legend|avatar|progress|lead|toast|modal|footer|icon|markdown)(-|$)/,
      /^(navbar|nav|carousel|offcanvas|accordion|steps|timeline|datagrid|popover|tooltip|dropdown|skip-link|kbd|visible)(-|$)/],
    safelist: { standard: [/^data-bs-theme/, "html", "body"], variables: usedVariables(theme) },
  });
  const { code } = await transform(`${purged.css}\n${theme}`, { loader: "css", minify: true, target });
  writeHashed("app.css", code);
}

const usedVariables = (css) => [...new Set(css.match(/--tblr-[\w-]+/g))];

/** One symbol for each icon that a template or script names. `icon("x")` and `icon: "x"` must exist, or the build
 *  stops; any other quoted word of a template tag is taken for an icon's name when there is such an icon. */
function buildSprite(pages) {
  const sure = /\b(?:icon|draw)\s*[(=:]\s*["']([a-z0-9-]+)["']/g;
  const names = new Set(["search", "x"]);
  for (const file of [...pages, ...glob(source, ".js")])
    for (const [, name] of readFileSync(file, "utf8").matchAll(sure)) names.add(name);
  for (const file of pages)
    for (const [tag] of readFileSync(file, "utf8").matchAll(/\{[{%].*?[%}]\}/gs))
      for (const [, word] of tag.matchAll(/["']([a-z][a-z0-9-]{2,})["']/g)) if (existsSync(drawing(word))) names.add(word);
  const symbols = [...names].sort().map(symbol).join("");
  writeHashed("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols}</svg>`);
}

function drawing(name) {
  const ours = join(source, "icons", `${name}.svg`);
  return existsSync(ours) ? ours : join(packages, "@tabler/icons/icons/outline", `${name}.svg`);
}

function symbol(name) {
  const file = drawing(name);
  if (!existsSync(file)) throw new Error(`There is no icon named "${name}".`);
  const body = readFileSync(file, "utf8").replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)[1];
  return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
}

/** A .br and a .gz beside each file that gains by it, so that no request pays for compression. */
function compress() {
  for (const file of [".js", ".css", ".svg"].flatMap((extension) => glob(out, extension))) {
    const bytes = readFileSync(file);
    if (bytes.length < 1024) continue;
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const pages = glob(join(root, "templates"), ".html");
await buildScripts();
await buildStyles(pages);
buildSprite(pages);
compress();
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
for (const [name, file] of Object.entries(manifest)) {
  const [plain, packed] = [file, `${file}.br`].map((path) => (readFileSync(join(statics, path)).length / 1024).toFixed(1).padStart(7));
  console.log(`${name.padEnd(14)} ${plain} KiB, ${packed} KiB sent`);
}
