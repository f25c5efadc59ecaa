import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { removeWithUs } from "../../../examples/wordpress/host/run-process.mjs";
import { identityService } from "../../chaos/identity-service.mjs";
import { opsClient } from "../../chaos/ops-client.mjs";
import { startCenter } from "../../chaos/start-center.mjs";
import { openVendorDesk } from "./vendor-desk.mjs";

/**
 * The real Center as `npm start` starts it, without its demo; somebody who operates it, and the vendor of what the shops run. All of it ends
 * with us, however we end.
 * @param {string} root
 */
export async function openCenter(root) {
  const folder = mkdtempSync(path.join(tmpdir(), "center-wordpress-"));
  const { remove } = removeWithUs(folder);
  const dataDir = path.join(folder, "data");
  mkdirSync(dataDir);
  const identity = identityService();
  const as = (/** @type {string} */ email) => () => identity.token(email);
  try {
    const center = await startCenter({ root, dataDir, env: { ...identity.environment, LEASE_SECONDS: "60" } });
    const { url } = center;
    const ops = opsClient({ url, token: as("ops@center.example") });
    const vendor = openVendorDesk({ root, folder, url, token: as("vendor@wp-pay.example") });
    const stop = async () => {
      await center.stop();
      await remove();
    };
    return { url, ops, vendor, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}
