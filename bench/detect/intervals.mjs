/**
 * `node bench/detect/intervals.mjs --bench DIR --results DIR`: how sure the figures of `sira:score` are. Resamples the files of the NAB and
 * the cloud set (DIR/nab, DIR/cloud with their scorers beside them) 1,000 times and prints the middle 95 % of each figure, and each family
 * of files scored by itself. The threshold of NAB is chosen anew in every sample, as the benchmark does; ours stays as it is.
 */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { bench: { type: "string" }, results: { type: "string" }, samples: { type: "string", default: "1000" } },
});
if (!values.bench || !values.results) {
  console.error("usage: node bench/detect/intervals.mjs --bench DIR --results DIR [--samples N]");
  process.exit(2);
}
const [bench, results, samples] = [path.resolve(values.bench), path.resolve(values.results), Number(values.samples)];

/** The same samples in every run. @returns {(below: number) => number} */
function drawer() {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/** @template T @param {readonly T[]} files @param {(files: T[]) => number[]} score @returns {string[]} */
function intervals(files, score) {
  const draw = drawer();
  const runs = Array.from({ length: samples }, () => score(files.map(() => files[draw(files.length)])));
  return (runs[0] ?? []).map((_figure, index) => {
    const sorted = runs.map((run) => run[index]).sort((a, b) => a - b);
    const at = (share) => sorted[Math.floor(share * (sorted.length - 1))];
    return `${at(0.025).toFixed(2)} to ${at(0.975).toFixed(2)}`;
  });
}

/** @template {{ name: string }} T @param {readonly T[]} files @returns {Map<string, T[]>} by the folder they lie in */
function families(files) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const file of files) {
    const family = file.name.split("/")[0] ?? "";
    groups.set(family, [...(groups.get(family) ?? []), file]);
  }
  return groups;
}

async function nab() {
  const scorer = await import(pathToFileURL(path.join(bench, "nab_score.mjs")).href);
  const windows = scorer.loadLabels(path.join(bench, "nab", "labels", "combined_windows.json"));
  const files = Object.keys(windows).map((name) => {
    const { head, rows } = scorer.readCsv(path.join(results, "nab", name));
    const times = rows.map((row) => scorer.stamp(row[0]));
    return { name, geo: scorer.geometry(times, windows[name]), scores: rows.map((row) => Number(row[head.indexOf("anomaly_score")])) };
  });
  const order = ["standard", "reward_low_FP_rate", "reward_low_FN_rate"];
  const score = (chosen, fixed = null) => {
    const found = scorer.scoreCorpus(chosen, { fixed });
    return order.map((profile) => found[profile].score);
  };
  console.log(
    `NAB, ${files.length} files: ${score(files)
      .map((value) => value.toFixed(2))
      .join(" / ")}`,
  );
  console.log(`  95 % over files: ${intervals(files, score).join(" / ")}`);
  for (const [family, members] of families(files)) {
    if (members.every(({ geo }) => geo.win.every((window) => window < 0))) continue;
    const others = scorer.scoreCorpus(files.filter((file) => !members.includes(file)));
    const fixed = Object.fromEntries(order.map((profile) => [profile, others[profile].threshold]));
    console.log(
      `  ${family} (${members.length}), threshold from the other families: ${score(members, fixed)
        .map((value) => value.toFixed(1))
        .join(" / ")}`,
    );
  }
}

function cloud() {
  const detail = path.join(bench, "cloud_score.mjs");
  const args = [detail, "--data", path.join(bench, "cloud"), "--results", path.join(results, "cloud"), "--detail"];
  const lines = execFileSync("sh", ["-c", '"$0" "$@" 2>&1 >/dev/null', process.execPath, ...args], { encoding: "utf8" });
  const files = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .map(({ file, ...counts }) => ({ name: file, ...counts }));
  const score = (chosen) => {
    const sum = (name) => chosen.reduce((total, file) => total + file[name], 0);
    const precision = sum("alarms") ? 1 - sum("falseAlarms") / sum("alarms") : 0;
    const recall = sum("events") ? sum("hit") / sum("events") : 0;
    return [precision, recall, precision + recall ? (2 * precision * recall) / (precision + recall) : 0];
  };
  console.log(
    `Cloud, ${files.length} files: precision, recall, F1 ${score(files)
      .map((value) => value.toFixed(2))
      .join(", ")}`,
  );
  console.log(`  95 % over files: ${intervals(files, score).join(", ")}`);
  for (const [family, members] of families(files)) {
    const [precision, recall, f1] = score(members).map((value) => value.toFixed(2));
    const without = score(files.filter((file) => !members.includes(file)))[2].toFixed(2);
    console.log(`  ${family} (${members.length}): ${precision}, ${recall}, ${f1}; all but this family: ${without}`);
  }
}

if (!fs.existsSync(results)) throw new Error(`no folder ${results}`);
await nab();
cloud();
