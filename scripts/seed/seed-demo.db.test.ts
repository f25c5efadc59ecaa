import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { scopeFor } from "@/lib/access/system-actor";
import { listReleases } from "@/lib/delivery/queries-releases";
import { showRepository } from "@/lib/delivery/tuf/queries-metadata";
import { DEMO_PORTS, renewDemo, seedDemo } from "./seed-demo";

const ports = Array.from({ length: DEMO_PORTS }, (_, index) => 40_000 + index);

test("every release of the demo is signed in its vendor's folder, every shop pins the root, and each start renews what is due", async () => {
  const home = mkdtempSync(path.join(tmpdir(), "demo-"));
  const signing = path.join(home, "signing");
  const now = new Date();
  const later = new Date(now.getTime() + 8 * 24 * 3_600_000);
  try {
    const { merchants } = await seedDemo("http://127.0.0.1:1", ports, signing, now);
    for (const merchant of merchants) expect(merchant).toMatchObject({ plugin: { trust: { tuf_root: { signed: { version: 1 } } } } });
    const { items } = await listReleases(scopeFor("operate"), { limit: 50 });
    expect(items.map(({ status, signed }) => ({ status, signed }))).toEqual(items.map(() => ({ status: "published", signed: true })));
    expect(readdirSync(path.join(signing, "keys"))).toHaveLength(6);
    expect((await showRepository(later)).roles.find(({ role }) => role === "demo-pay")?.state).toBe("expired");
    await renewDemo(signing, later);
    const { roles } = await showRepository(later);
    expect(roles.filter(({ state }) => state !== "good")).toEqual([]);
  } finally {
    rmSync(home, { recursive: true });
  }
});
