import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, type Page } from "@playwright/test";
import { packVersion } from "../../examples/shop/pack.mjs";
import type { SignedManifest } from "../../lib/delivery/tuf/compose";
import { nextVendor } from "../../scripts/operate/release/sign-next";
import { SigningFolder } from "../../scripts/operate/release/signing-folder";
import { centerUrl } from "./center";
import { orderOk } from "./people";

const GOOD = "1.2.3";

/** Packs the plugin's good version as another one: the code is the same, its number is not. */
function packAs(version: string): { bytes: Buffer; manifest: Record<string, unknown> } {
  const folder = mkdtempSync(path.join(tmpdir(), "major-release-"));
  try {
    const target = path.join(folder, version);
    cpSync(path.join("examples", "shop", "demo-pay", GOOD), target, { recursive: true });
    for (const name of ["plugin.json", "server.mjs"]) {
      const file = path.join(target, name);
      writeFileSync(file, readFileSync(file, "utf8").replaceAll(`"${GOOD}"`, `"${version}"`));
    }
    const { bytes, manifest } = packVersion(version, folder);
    return { bytes, manifest: { ...manifest } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Signs a version with the demo vendor's own keys, which lie beside the demo and not with Center. */
async function signAs(page: Page, version: string, manifest: Record<string, unknown>): Promise<void> {
  const folder = new SigningFolder(path.join(process.env.CENTER_DATA_DIR ?? "", "demo", "signing"), null);
  const { sha256, length, ...custom } = manifest as unknown as SignedManifest & { sha256: string; length: number };
  const target = { sha256, length, custom };
  const { role, text } = nextVendor(folder, folder.settings(), "demo-pay", { [version]: target }, new Date());
  await orderOk(page, "/api/ops/tuf/metadata", { documents: [{ role, text }] });
  folder.saveMetadata(role, text);
}

/** Publishes a version as a vendor does: the manifest, the vendor's signatures, then its very bytes. */
export async function publish(page: Page, version: string): Promise<void> {
  const { bytes, manifest } = packAs(version);
  const release = await orderOk<{ id: string }>(page, "/api/ops/releases", { ...manifest, channel: "early", fixes: [] });
  await signAs(page, version, manifest);
  const stored = await page.request.put(`${centerUrl()}/api/ops/releases/${release.id}/artifact`, {
    data: bytes,
    headers: { origin: centerUrl(), "content-type": "application/octet-stream" },
  });
  expect(stored.status(), await stored.text()).toBe(200);
}
