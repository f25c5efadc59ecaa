import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Updater } from "tuf-js";

/**
 * Reads a release back as any TUF client would, from the root in the operator's folder: what agents will see is what was signed.
 * @throws Error when it does not come out as it went in
 */
export async function readBack(centerUrl: string, rootFile: string, targetPath: string, sha256: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "read-back-"));
  try {
    mkdirSync(folder, { recursive: true });
    copyFileSync(rootFile, path.join(folder, "root.json"));
    const updater = new Updater({ metadataDir: folder, metadataBaseUrl: `${centerUrl.replace(/\/+$/, "")}/api/tuf` });
    await updater.refresh();
    const found = await updater.getTargetInfo(targetPath);
    if (found?.hashes.sha256 !== sha256) throw new Error(`${targetPath} does not read back as it was signed`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
