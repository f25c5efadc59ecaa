/** `prestart`, `pretest` and `npm run build`: installs and builds what is missing or stale. Options: --for=start (default), test, check. */
import path from "node:path";

const OLDEST_NODE = [20, 11];
const PURPOSES = /** @type {const} */ (["start", "test", "check"]);

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`set-up: ${message}`);
  process.exit(1);
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  fail(`Node ${OLDEST_NODE.join(".")} or newer is needed, this is ${process.versions.node}`);
}
const wanted = process.argv[2]?.replace(/^--for=/, "") ?? "start";
const purpose =
  PURPOSES.find((name) => name === wanted) ?? fail(`unknown option ${process.argv[2]}, expected --for=${PURPOSES.join(", --for=")}`);

// Only now: an older Node could not even load it.
const { setUp } = await import("./setup/set-up.mjs");
try {
  await setUp({ purpose, root: path.resolve(import.meta.dirname, ".."), env: process.env, print: (line) => console.log(line) });
} catch (error) {
  fail(/** @type {Error} */ (error).message);
}
