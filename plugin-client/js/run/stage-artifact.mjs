import { rmSync } from "node:fs";
import { join } from "node:path";
import { downloadArtifact } from "../center/download-artifact.mjs";
import { checkPackage } from "../disk/check-package.mjs";
import { clearStaging, installVersion } from "../disk/installed-versions.mjs";
import { unpackArtifact } from "../disk/unpack-artifact.mjs";
import { requireTarget } from "../tuf/require-target.mjs";

/** A package that arrived as signed but is not what the command promised. */
export class PreflightError extends Error {
  /** @param {string} problem */
  constructor(problem) {
    super(problem);
    this.name = "PreflightError";
  }
}

/**
 * Brings a version's bytes onto the disk, beside the running one: download, unpack, preflight, rename into `versions/`.
 * Touches nothing that runs; whatever a crash leaves lies in `staging/` (emptied at the next start) or is a whole, unused version folder.
 *
 * @param {import("../types.d.mts").Agent} agent
 * @param {import("../types.d.mts").Command} command
 * @param {AbortSignal} signal
 * @returns {Promise<Record<string, number>>} how long each part took, ms
 * @throws TufError where a root is pinned, DownloadError, ArchiveError, PreflightError, or an AbortError
 */
export async function stageArtifact(agent, command, signal) {
  const { layout, center, kill } = agent;
  const { artifact, to_version: version, plugin_key: name } = command;
  if (artifact === null || version === null) throw new PreflightError("the command names no artifact");
  clearStaging(layout);
  const archive = join(layout.staging, "artifact.tar.gz");
  const folder = join(layout.staging, "package");

  const started = performance.now();
  if (agent.config.tuf_root !== null) await requireTarget(agent, command, signal);
  await downloadArtifact({ center, artifact, path: archive, signal, kill });
  const downloaded = performance.now();
  await unpackArtifact(archive, folder, kill);
  rmSync(archive);
  kill("stage.unpacked");
  const problem = checkPackage(folder, { name, version });
  if (problem) throw new PreflightError(problem);
  signal.throwIfAborted();
  installVersion(layout, folder, version);
  kill("stage.installed");
  return { download: Math.round(downloaded - started), unpack: Math.round(performance.now() - downloaded) };
}
