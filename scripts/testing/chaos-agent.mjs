/**
 * `npm run chaos:agent -- --agent php|js --rounds N --seed S`: kills an agent at random points of an update, round after round.
 * Last line `{ rounds, half, unknown }`: rounds that ended with neither the old nor the new version whole, and rounds after which Center
 * did not know which; exit 1 when there is one, or a round did not end.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const root = path.resolve(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: { agent: { type: "string", default: "js" }, rounds: { type: "string", default: "20" }, seed: { type: "string", default: "1" } },
});
if (!["php", "js"].includes(values.agent) || !/^[1-9]\d{0,4}$/.test(values.rounds) || !/^\d{1,9}$/.test(values.seed)) {
  console.error("usage: npm run chaos:agent -- --agent php|js --rounds N --seed S");
  process.exit(1);
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "chaos-agent-"));
const report = path.join(folder, "rounds.ndjson");
fs.writeFileSync(report, "");
const env = { ...process.env, CHAOS_AGENT: values.agent, CHAOS_ROUNDS: values.rounds, CHAOS_SEED: values.seed, CHAOS_REPORT: report };
const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
const args = [vitest, "run", "--project", "unit", "plugin-client/conformance/chaos.test.ts"];
const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" });

const ends = fs
  .readFileSync(report, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line));
fs.rmSync(folder, { recursive: true });
const wanted = Number(values.rounds);
const half = ends.filter(({ version }) => version === "half").length;
// A round that never ended is one of which nobody knows how it ended.
const unknown = ends.filter(({ isKnown }) => !isKnown).length + (wanted - ends.length);
console.log(JSON.stringify({ rounds: ends.length, half, unknown }));
process.exitCode = status === 0 && half === 0 && unknown === 0 ? 0 : 1;
