// Builds dist/widget.js. With --check it builds in memory, and says so when the committed file is not what the sources
// give (a stale build would serve old code, or old crisis numbers) or when it is over its budget.
import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { parse } from "yaml";

const here = (path) => new URL(path, import.meta.url);
const OUT = here("dist/widget.js");
const BUDGET = 20 * 1024; // bytes of gzip: script, styles and every locale
const OFFLINE = ["emergency", "suicide_crisis", "crisis_text", "partner_violence", "sexual_assault", "child_abuse_help"];

/** The crisis contacts that must be readable without the server, from the one file that holds the numbers. */
async function crisis() {
  const all = parse(await readFile(here("../bot/safety/resources.yml"), "utf8"));
  return OFFLINE.map((key) => {
    if (!all[key]) throw new Error(`resources.yml has no entry ${key}`);
    const { name, call, text, keyword } = all[key];
    return { name, call, text, keyword };
  });
}

const styles = {
  name: "styles",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: "chrome111" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [new URL("src/index.ts", import.meta.url).pathname],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  define: { CRISIS: JSON.stringify(await crisis()) },
  plugins: [styles],
  write: false,
});
const made = outputFiles[0].text;
const size = gzipSync(made, { level: 9 }).length;
if (size > BUDGET) {
  console.error(`The widget weighs ${size} bytes gzip; its budget is ${BUDGET}.`);
  process.exit(1);
}
if (process.argv.includes("--check")) {
  const kept = await readFile(OUT, "utf8").catch(() => "");
  if (kept !== made) {
    console.error("widget/dist/widget.js is not what the sources give; run `npm run build` in widget/ and commit it.");
    process.exit(1);
  }
} else await writeFile(OUT, made);
console.log(`widget.js: ${made.length} bytes, ${size} gzip (budget ${BUDGET})`);
