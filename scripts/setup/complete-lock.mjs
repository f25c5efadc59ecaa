const SYSTEMS = ["android", "darwin", "freebsd", "linux", "win32", "openharmony", "netbsd", "openbsd", "sunos", "aix"];
const PROCESSORS = ["arm64", "x64", "arm", "ia32", "ppc64", "riscv64", "s390x", "loong64", "mips64el", "wasm32"];
const ROOM = "node_modules/";

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, optionalDependencies?: Record<string, string>, [field: string]: unknown }} Entry
 */

/**
 * Adds an entry for each optional platform package that its parent names with an exact version and the lock lacks.
 *
 * @param {Record<string, Entry>} packages the lock's `packages`
 * @returns {{ packages: Record<string, Entry>, added: string[], unclear: string[] }} sorted as npm sorts; `unclear` was left out
 */
export function completeLock(packages) {
  const complete = { ...packages };
  /** @type {string[]} */
  const added = [];
  /** @type {string[]} */
  const unclear = [];
  for (const [parent, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isReachable(complete, parent, name)) continue;
      const platform = readPlatform(name);
      if (!/^\d/.test(version) || !platform) {
        unclear.push(`${name}@${version}`);
        continue;
      }
      complete[ROOM + name] = { version, ...(entry.dev ? { dev: true } : {}), ...platform, optional: true };
      added.push(name);
    }
  }
  const sorted = Object.entries(complete).sort(([one], [other]) => (one < other ? -1 : 1));
  return { packages: Object.fromEntries(sorted), added, unclear };
}

/** Whether Node, looking upwards from `parent`, finds `name`. @param {Record<string, Entry>} packages @param {string} parent @param {string} name */
function isReachable(packages, parent, name) {
  for (let place = parent; ; ) {
    if (packages[`${place ? `${place}/` : ""}${ROOM}${name}`]) return true;
    if (place === "") return false;
    const up = place.lastIndexOf(`/${ROOM}`);
    place = up < 0 ? "" : place.slice(0, up);
  }
}

/** @param {string} name @returns {{ cpu: string[], os?: string[], libc?: string[] } | null} what npm would read from that package's manifest */
function readPlatform(name) {
  const words = name.split(/[/-]/);
  const system = SYSTEMS.find((one) => words.includes(one));
  const processor = PROCESSORS.find((one) => words.includes(one)) ?? (words.some((word) => /^arm(v7)?$/.test(word)) ? "arm" : undefined);
  if (!processor || (!system && processor !== "wasm32")) return null;
  const libc = words.some((word) => word.startsWith("musl")) ? "musl" : "glibc";
  return { cpu: [processor], ...(system ? { os: [system] } : {}), ...(system === "linux" ? { libc: [libc] } : {}) };
}
