import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, type Page } from "@playwright/test";
import { packVersion } from "../../examples/shop/pack.mjs";
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

/** Publishes a version as a vendor does: the manifest, then its very bytes. */
export async function publish(page: Page, version: string): Promise<void> {
  const { bytes, manifest } = packAs(version);
  const release = await orderOk<{ id: string }>(page, "/api/ops/releases", { ...manifest, channel: "early", fixes: [] });
  const stored = await page.request.put(`${centerUrl()}/api/ops/releases/${release.id}/artifact`, {
    data: bytes,
    headers: { origin: centerUrl(), "content-type": "application/octet-stream" },
  });
  expect(stored.status(), await stored.text()).toBe(200);
}
