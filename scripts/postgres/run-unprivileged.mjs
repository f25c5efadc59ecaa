import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

/**
 * How PostgreSQL, which refuses to run as uid 0, is run here.
 *
 * @typedef {{ kind: "plain" } | { kind: "namespace" } | { kind: "user", uid: number, gid: number, name: string }} Identity
 */

const NAMESPACE = ["--user", "--map-user=1000", "--map-group=1000"];

/** Only what the server needs: it must not carry Center's secrets in its environment. */
export const POSTGRES_ENVIRONMENT = { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/**
 * Chooses how to run PostgreSQL: as ourselves; or, for root, in a user namespace that shows root as uid 1000 (on disk it is still root, so
 * nothing changes owner and root-only folders work); or, where namespaces are forbidden, as the user postgres or nobody.
 *
 * @returns {Identity}
 * @throws {Error} for root without any of these
 */
export function chooseIdentity() {
  if (process.getuid?.() !== 0) return { kind: "plain" };
  const probe = spawnSync("unshare", [...NAMESPACE, "id", "-u"], { encoding: "utf8" });
  if (probe.status === 0 && probe.stdout.trim() === "1000") return { kind: "namespace" };
  return systemUser();
}

/** @returns {Identity} */
export function systemUser() {
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, name], { encoding: "utf8" }));
    if (uid?.status === 0 && gid?.status === 0) return { kind: "user", uid: Number(uid.stdout), gid: Number(gid.stdout), name };
  }
  throw new Error(
    "PostgreSQL refuses to run as root, and neither user namespaces nor a user postgres or nobody exist: run as an ordinary user, or set DATABASE_URL",
  );
}

/**
 * @param {Identity} identity @param {string} binary @param {string[]} args
 * @returns {{ command: string, args: string[], options: { uid?: number, gid?: number } }} `unshare` replaces itself, so the pid stays the child's
 */
export function unprivileged(identity, binary, args) {
  if (identity.kind === "namespace") return { command: "unshare", args: [...NAMESPACE, binary, ...args], options: {} };
  return { command: binary, args, options: identity.kind === "user" ? { uid: identity.uid, gid: identity.gid } : {} };
}

/**
 * Hands a path to the user that runs PostgreSQL, and makes sure that user can reach it.
 *
 * @param {Identity} identity @param {string} target
 * @throws {Error} when a folder above shuts that user out
 */
export function handOver(identity, target) {
  if (identity.kind !== "user") return;
  fs.chownSync(target, identity.uid, identity.gid);
  for (let folder = path.dirname(path.resolve(target)); ; folder = path.dirname(folder)) {
    const { mode, uid } = fs.statSync(folder);
    if ((mode & 0o001) === 0 && uid !== identity.uid)
      throw new Error(
        `PostgreSQL runs as ${identity.name} here and cannot pass through ${folder}: chmod o+x it, choose another DATA_DIR, or run as an ordinary user`,
      );
    if (folder === path.dirname(folder)) return;
  }
}
