import { parseArgs } from "node:util";

const COMMON = `  --dir DIR        your folder of keys and metadata (0700); keys never leave it
  --center URL     the Center that serves the repository
Environment: RELEASE_TOKEN, a bearer token for Center (--token-file FILE instead); RELEASE_PASSPHRASE seals keys when they are made and
opens them afterwards (without it they are guarded by their mode, 0600).`;

export const RELEASE_USAGE: Readonly<Record<string, string>> = {
  init: `release:init -- --dir DIR --center URL --plugin KEY
Makes all off-line keys in DIR and establishes the repository: root (any 2 of 3), targets, and a vendor's role for one plugin.
Needs the role security_admin and a fresh second factor.
  --root-keys 3 --root-threshold 2 --vendor-keys 2 --vendor-threshold 2
${COMMON}`,
  publish: `release:publish -- --dir DIR --center URL --plugin KEY --version V --artifact FILE
Announces a version, signs it with the vendor's keys in DIR, and sends signatures and bytes. Again after a failure: it goes on from there.
  --channel stable --fixes TYPE,TYPE --schema-effect none --impact normal --smoke-tests FILE,FILE --min-platform V --min-runtime V
  --recall V       instead of --version: calls a version back under the vendor's own signatures, for ever
${COMMON}`,
  sign: `release:sign -- --dir DIR (--renew | --file FILE | --send)
  --renew          signs targets and vendor files anew with a new date; due every week, by a timer where the keys lie
  --file FILE      puts this folder's signatures under a pending file of somebody else's folder, in place
  --send           sends the pending files whose threshold is met by now
${COMMON}`,
  rotate: `release:rotate -- --dir DIR --center URL (--root-key NAME | --targets | --vendor KEY | --online)
Replaces keys. A new root is signed by the threshold of before and by its own.
  --root-key NAME  a new key in place of this one, e.g. root-2 (keys/NAME.json)
  --targets        new keys for targets
  --vendor KEY     new keys for a plugin's vendor; for a plugin that has none, admits it: --vendor-keys 2 --vendor-threshold 2
  --online         new keys of Center's own for snapshot and timestamp (security_admin, second factor); agents then forget what they saw
                   of the old ones, which also mends a Center that was restored from a backup
${COMMON}`,
};

const OPTIONS = {
  dir: { type: "string" },
  center: { type: "string" },
  "token-file": { type: "string" },
  help: { type: "boolean" },
  plugin: { type: "string" },
  "root-keys": { type: "string", default: "3" },
  "root-threshold": { type: "string", default: "2" },
  "vendor-keys": { type: "string", default: "2" },
  "vendor-threshold": { type: "string", default: "2" },
  version: { type: "string" },
  artifact: { type: "string" },
  channel: { type: "string", default: "stable" },
  fixes: { type: "string", default: "" },
  impact: { type: "string" },
  "schema-effect": { type: "string", default: "none" },
  "smoke-tests": { type: "string", default: "" },
  "min-platform": { type: "string" },
  "min-runtime": { type: "string" },
  recall: { type: "string" },
  renew: { type: "boolean" },
  file: { type: "string" },
  send: { type: "boolean" },
  "root-key": { type: "string" },
  targets: { type: "boolean" },
  vendor: { type: "string" },
  online: { type: "boolean" },
} as const;

export type ReleaseArguments = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

/**
 * Reads what was typed after `npm run release:<order> --`.
 * @throws Error saying what is wrong or missing
 */
export function parseReleaseArguments(order: string, argv: readonly string[]): ReleaseArguments {
  if (RELEASE_USAGE[order] === undefined)
    throw new Error(`there is no release:${order}; there are ${Object.keys(RELEASE_USAGE).join(", ")}`);
  const { values } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: false });
  return values;
}

/** @throws Error when an option that is needed was not given */
export function need(values: ReleaseArguments, name: keyof ReleaseArguments): string {
  const value = values[name];
  if (typeof value !== "string" || value === "") throw new Error(`--${name} is needed`);
  return value;
}

/** @throws Error unless an option is a whole number within reason */
export function count(values: ReleaseArguments, name: keyof ReleaseArguments): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 1 || value > 16) throw new Error(`--${name} must be a whole number from 1 to 16`);
  return value;
}

export const list = (text: string | undefined): string[] => (text ?? "").split(",").filter((part) => part !== "");
