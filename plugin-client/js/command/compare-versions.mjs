const PATTERN =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** Longest version text; it becomes a folder name. */
const LONGEST = 64;

/**
 * Reads a semantic version, or null when the text is none. The pattern holds no slash and no leading dot, so a version that
 * parses is also safe as the name of a folder.
 * @param {unknown} text
 * @returns {{ numbers: number[], pre: string[] } | null}
 */
export function parseVersion(text) {
  if (typeof text !== "string" || text.length > LONGEST) return null;
  const found = PATTERN.exec(text);
  if (!found) return null;
  return { numbers: [Number(found[1]), Number(found[2]), Number(found[3])], pre: found[4]?.split(".") ?? [] };
}

/**
 * Orders two versions by Semantic Versioning 2.0.0, clause 11: negative when `a` comes first, 0 for equal precedence.
 * @param {string} a
 * @param {string} b
 * @throws RangeError when either is no version
 */
export function compareVersions(a, b) {
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (!left || !right) throw new RangeError(`not versions: ${a}, ${b}`);
  for (let i = 0; i < 3; i += 1) {
    if (left.numbers[i] !== right.numbers[i]) return left.numbers[i] - right.numbers[i];
  }
  return comparePreRelease(left.pre, right.pre);
}

/** True when the first number differs: the step that needs people. @type {(a: string, b: string) => boolean} */
export function isMajorStep(a, b) {
  return parseVersion(a)?.numbers[0] !== parseVersion(b)?.numbers[0];
}

/** @type {(a: string[], b: string[]) => number} */
function comparePreRelease(a, b) {
  if (a.length === 0 || b.length === 0) return b.length - a.length; // a release comes after its own pre-releases
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const order = compareIdentifiers(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** @type {(a: string, b: string) => number} */
function compareIdentifiers(a, b) {
  const aIsNumber = /^\d+$/.test(a);
  const bIsNumber = /^\d+$/.test(b);
  if (aIsNumber && bIsNumber) return Number(a) - Number(b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
