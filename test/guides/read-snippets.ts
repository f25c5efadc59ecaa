import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The snippets of a guide that name a file, as in ```js file=beat.mjs. */
export function readSnippets(guide: string): ReadonlyMap<string, string> {
  const text = readFileSync(guide, "utf8");
  return new Map([...text.matchAll(/^```\w+ file=(\S+)\n(.*?)^```$/gms)].map(([, name = "", code = ""]) => [name, code]));
}

/** Writes them into a folder of their own, as their reader would. */
export function layOut(snippets: ReadonlyMap<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "guide-"));
  for (const [name, code] of snippets) writeFileSync(join(folder, name), code);
  return folder;
}
