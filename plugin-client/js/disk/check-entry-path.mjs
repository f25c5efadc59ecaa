import { AGENT_LIMITS } from "../limits.mjs";

/** Characters that mean something to a shell, a terminal or another operating system's paths. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is refused
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/**
 * Checks one archive path and gives it back without its `./` prefix and trailing slash; the root folder becomes "".
 * @param {string} path
 * @param {boolean} isFolder
 * @returns {{ path: string } | { problem: string }}
 */
export function checkEntryPath(path, isFolder) {
  if (UNSAFE.test(path)) return { problem: "unsafe character in path" };
  if (path.startsWith("/")) return { problem: "absolute path" };
  let clean = path.replace(/^(?:\.\/)+/, "");
  if (isFolder) clean = clean.replace(/\/$/, "");
  if (isFolder && (clean === "" || clean === ".")) return { path: "" };
  if (Buffer.byteLength(clean) > AGENT_LIMITS.archivePathBytes) return { problem: "path too long" };
  const segments = clean.split("/");
  if (segments.length > AGENT_LIMITS.archiveDepth) return { problem: "path too deep" };
  if (segments.includes("..")) return { problem: "path leaves the archive" };
  if (segments.some((segment) => segment === "" || segment === ".")) return { problem: "path with an empty segment" };
  if (segments.some((segment) => /[. ]$/.test(segment))) return { problem: "path segment ends in a dot or space" };
  return { path: clean };
}
