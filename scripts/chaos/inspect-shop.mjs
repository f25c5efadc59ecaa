import fs from "node:fs";
import path from "node:path";
import { versionFiles } from "../../examples/shop/pack.mjs";
import { ask } from "./ask.mjs";

const ANSWER_WITHIN_MS = 2_000;

/** @param {string} folder @returns {string[]} every file below, forward slashes */
function filesUnder(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      path
        .relative(folder, path.join(entry.parentPath ?? entry.path, entry.name))
        .split(path.sep)
        .join("/"),
    )
    .sort();
}

/** @param {string} folder @param {string} version @returns {boolean} whether the folder holds exactly the files that were released */
function isReleased(folder, version) {
  const released = versionFiles(version);
  if (released.map((file) => file.path).join("\n") !== filesUnder(folder).join("\n")) return false;
  return released.every((file) => fs.readFileSync(path.join(folder, file.path)).equals(file.bytes));
}

/**
 * Whether a shop's disk is whole: `current` leads to a version whose files are exactly those of the release, and the agent is in the middle of
 * nothing.
 *
 * @param {string} directory
 * @returns {{ version: string, problem: string | null }}
 */
export function inspectDisk(directory) {
  const version = path.basename(fs.readlinkSync(path.join(directory, "current")));
  const { attempt } = JSON.parse(fs.readFileSync(path.join(directory, "state", "journal.json"), "utf8"));
  if (attempt) return { version, problem: `the agent is still ${attempt.phase}` };
  return {
    version,
    problem: isReleased(path.join(directory, "versions", version), version) ? null : `${version} is not what was released`,
  };
}

/** @param {number} port @returns {Promise<string | null>} the version of the code that answers */
async function runningVersion(port) {
  const { status, text } = await ask(`http://127.0.0.1:${port}/__health?nonce=chaos`, {}, ANSWER_WITHIN_MS);
  return status === 200 ? JSON.parse(text).version : null;
}

/**
 * The same, and that this very version runs.
 *
 * @param {{ directory: string, port: number }} shop
 * @returns {Promise<string | null>} what is wrong, if anything
 */
export async function inspectShop({ directory, port }) {
  const { version, problem } = inspectDisk(directory);
  if (problem) return problem;
  const running = await runningVersion(port);
  return running === version ? null : `${running ?? "nothing"} runs, ${version} lies on disk`;
}

/**
 * How often a version came into service: its first start after another version's.
 *
 * @param {string} directory @param {string} version
 */
export function countInstalls(directory, version) {
  const file = path.join(directory, "starts.log");
  const starts = fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n") : [];
  return starts.filter((started, at) => started === version && at > 0 && starts[at - 1] !== version).length;
}
