import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runAsScript } from "./report.mjs";

/** What the dependencies must hold: known holes stay closed, and two installs get the same bytes from any registry. */
export const FLOOR_RULES = {
  "version-floor": "below the lowest allowed version of scripts/house/floors.json",
  "floor-is-used": "has a floor and is not installed: take it out of scripts/house/floors.json",
  "exact-version": "dependencies are pinned to one version",
  "lock-in-step": "package-lock.json says otherwise: run npm install",
  "lock-without-hosts": "the lock names no registry, so that any mirror will do",
};

const LISTS = ["dependencies", "devDependencies", "optionalDependencies"];
const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/** @param {string} root @returns {import("./report.mjs").Violation[]} */
export function findFloorViolations(root) {
  const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
  const manifest = read("package.json");
  const { packages } = read("package-lock.json");
  return [
    ...floorViolations(read("scripts/house/floors.json"), packages),
    ...pinViolations(manifest, packages[""] ?? {}),
    ...hostViolations(packages),
  ];
}

function violation(rule, path, detail) {
  return { path, rule, message: `${detail} ${FLOOR_RULES[rule]}` };
}

/** Every copy counts, also one that another package brought along: a floor may name one version for each major in use. */
function floorViolations(floors, packages) {
  return Object.entries(floors).flatMap(([name, floor]) => {
    const copies = Object.entries(packages).filter(([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`));
    if (copies.length === 0) return [violation("floor-is-used", "scripts/house/floors.json", name)];
    return copies
      .filter(([, { version }]) => !reaches(version, [floor].flat()))
      .map(([path, { version }]) => violation("version-floor", "package-lock.json", `${path} ${version} is`));
  });
}

function reaches(version, floors) {
  const highest = floors.reduce((left, right) => (compareVersions(left, right) > 0 ? left : right));
  const own = floors.find((floor) => major(floor) === major(version));
  return own ? compareVersions(version, own) >= 0 : compareVersions(version, highest) > 0;
}

const major = (version) => version.split(".")[0];

/**
 * Orders two versions as semver 2.0.0, section 11, does.
 *
 * @param {string} left
 * @param {string} right
 * @returns {number} below 0 when left comes first
 */
export function compareVersions(left, right) {
  const [leftCore, leftTags] = split(left);
  const [rightCore, rightTags] = split(right);
  const core = comparePieces(leftCore, rightCore);
  if (core !== 0) return core;
  if (leftTags.length === 0 || rightTags.length === 0) return rightTags.length - leftTags.length;
  return comparePieces(leftTags, rightTags);
}

function split(version) {
  const [bare] = version.split("+");
  const dash = bare.indexOf("-");
  const core = dash === -1 ? bare : bare.slice(0, dash);
  return [core.split("."), dash === -1 ? [] : bare.slice(dash + 1).split(".")];
}

function comparePieces(left, right) {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const order = comparePiece(left[at], right[at]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Numbers compare as numbers and come before words. */
function comparePiece(left, right) {
  const areNumbers = [left, right].map((piece) => /^\d+$/.test(piece));
  if (areNumbers[0] && areNumbers[1]) return Number(left) - Number(right);
  if (areNumbers[0] !== areNumbers[1]) return areNumbers[0] ? -1 : 1;
  return left < right ? -1 : Number(left > right);
}

function pinViolations(manifest, locked) {
  return LISTS.flatMap((list) =>
    Object.entries(manifest[list] ?? {}).flatMap(([name, version]) => {
      const found = EXACT.test(version) ? [] : [violation("exact-version", "package.json", `${name} "${version}":`)];
      if (locked[list]?.[name] === version) return found;
      return [...found, violation("lock-in-step", "package.json", `${name} "${version}":`)];
    }),
  );
}

function hostViolations(packages) {
  return Object.entries(packages)
    .filter(([, { resolved }]) => /^(https?|git|ssh)/.test(resolved ?? ""))
    .map(([path, { resolved }]) => violation("lock-without-hosts", "package-lock.json", `${path} ${resolved}:`));
}

await runAsScript(import.meta.url, findFloorViolations);
