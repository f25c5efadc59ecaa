import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scopeFor } from "@/lib/access/system-actor";
import { makeTenant } from "@/test/factories";
import { copyDirectory } from "../checkpoint/outside-copy";
import { sealAll } from "../jobs/seal-entries";
import { vouch } from "../jobs/vouch";
import { showCheckpoint } from "../queries-proofs";
import { exportEntries } from "./export-entries";

const folder = mkdtempSync(path.join(tmpdir(), "audit-export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function exported(filters = {}): Promise<string[]> {
  let text = "";
  for await (const part of exportEntries(scopeFor("export"), filters, "ndjson")) text += part;
  return text.trim().split("\n");
}

let key = "";
let whole: string[] = [];
beforeAll(async () => {
  const directory = copyDirectory(folder);
  await vouch(directory, new Date("2026-11-21T10:00:00Z"));
  for (let round = 1; round <= 3; round += 1) {
    for (let count = 0; count < 7; count += 1) await makeTenant(`=Shop "${round}" é`);
    await sealAll();
    await vouch(directory, new Date(Date.parse("2026-11-21T10:00:00Z") + round * 60_000));
  }
  await makeTenant("newer than the checkpoint");
  await sealAll();
  whole = await exported();
  key = (await showCheckpoint())?.keys[0]?.public_key ?? "";
});

/** Runs the one file by itself, far from the repository's packages. */
function verify(lines: readonly string[], options: { key?: string; checkpoints?: boolean } = {}) {
  const file = path.join(folder, "export.ndjson");
  writeFileSync(file, `${lines.join("\n")}\n`);
  const copy = options.checkpoints ? ["--checkpoints", path.join(copyDirectory(folder), "checkpoints.jsonl")] : [];
  const script = path.resolve("scripts/operate/verify-audit-export.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, file, "--key", options.key ?? key, ...copy], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, said: `${stdout}${stderr}` };
}

const changed = (at: number, by: (entry: Record<string, unknown>) => object) =>
  whole.map((line, place) => (place === at ? JSON.stringify({ ...JSON.parse(line), entry: by(JSON.parse(line).entry) }) : line));

test("the whole log is proven by the public key alone, and by every copied checkpoint", () => {
  const { status, said } = verify(whole, { checkpoints: true });
  expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining("the export is the whole log") });
  expect(said).toContain("1 entries are newer");
});

test("a filtered export is proven entry by entry", async () => {
  const some = await exported({ command: "tenant.register" });
  expect(some.length).toBeLessThan(whole.length);
  expect(verify(some)).toEqual({ status: 0, said: expect.stringMatching(/^\d+ entries, \d+ proven/) });
});

test.each([
  ["an edited entry", () => changed(6, (entry) => ({ ...entry, actor: "person:eve@center.test" })), 5],
  ["an edited detail", () => changed(4, (entry) => ({ ...entry, after: '{"name": "other"}' })), 3],
  ["a member added", () => changed(4, (entry) => ({ ...entry, approved_by: "me" })), 3],
  ["another place", () => changed(4, (entry) => ({ ...entry, seq: 4 })), 4],
  ["two entries swapped", () => [...whole.slice(0, 5), whole[6] as string, whole[5] as string, ...whole.slice(7)], 4],
  ["an entry twice", () => [...whole.slice(0, 5), whole[4] as string, ...whole.slice(5)], 3],
])("%s is named", (_what, lines, index) => {
  const { status, said } = verify(lines());
  expect(status).toBe(1);
  expect(said).toContain(`first bad index ${index}`);
});

test("another key proves nothing", () => {
  const other = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
  expect(verify(whole, { key: other })).toEqual({ status: 1, said: expect.stringContaining("this key signed") });
});

test("csv neutralises what a spreadsheet would run", async () => {
  let text = "";
  for await (const part of exportEntries(scopeFor("export"), {}, "csv")) text += part;
  expect(text.split("\r\n")[0]).toMatch(/^"seq","id","at"/);
  expect(text).not.toMatch(/(^|,)"[=+\-@]/m);
});
