import { compareVersions } from "@/lib/kernel/semver";

/** A plugin that runs a version which is pulled. */
export interface OnBad {
  readonly diskVersion: string;
  readonly capabilities: readonly string[];
  /** The version that ran before Center installed the pulled one: the agent keeps it. Null where Center did not install it. */
  readonly keptFrom: string | null;
  readonly isKeptRecalled: boolean;
}

export type WayBack = { readonly to: string } | { readonly needsPerson: string };

/**
 * The one way back of a plugin from a version that is pulled. An agent goes down only to a version that it kept: bytes of
 * another lower one would need people's own signatures (protocol.md, Trust and commands).
 *
 * @returns the version to go back to, or why a person is needed
 */
export function wayBack(plugin: OnBad, version: string): WayBack {
  if (plugin.diskVersion !== version) return { needsPerson: `${version} still runs, but ${plugin.diskVersion} lies on disk: restart it` };
  if (!plugin.capabilities.includes("rollback")) return { needsPerson: "its agent cannot roll back" };
  if (plugin.keptFrom === null) return { needsPerson: `Center did not install ${version} here: it knows no version to go back to` };
  if (compareVersions(plugin.keptFrom, version) >= 0) return { needsPerson: "no older version is known" };
  if (plugin.isKeptRecalled) return { needsPerson: `${plugin.keptFrom}, which ran before, is recalled too` };
  return { to: plugin.keptFrom };
}
