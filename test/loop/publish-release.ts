import { packVersion } from "@/examples/shop/pack.mjs";
import { writeTarGzip } from "@/examples/shop/tar-writer.mjs";
import type { Actor } from "@/lib/access/types";
import { registerRelease } from "@/lib/delivery/commands/register-release";
import { storeArtifact } from "@/lib/delivery/commands/store-artifact";
import { runCommand } from "@/lib/gateway/run-command";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { personActor } from "@/test/actors";

/** What a version's smoke tests do in the sandbox. */
export type Smoke = "passes" | "fails" | "touches its own files";

export interface ReleaseOptions {
  readonly smoke?: Smoke;
  readonly fixes?: readonly string[];
  readonly channel?: string;
  readonly schemaEffect?: "none" | "reversible" | "irreversible";
  readonly author?: Actor;
}

const VENDOR = personActor(["operator"], undefined, "vendor@plugins.test");

const SMOKE: Record<Smoke, string> = {
  passes: `console.log(JSON.stringify({ passed: 1, failed: 0 }));`,
  fails: `console.log(JSON.stringify({ passed: 0, failed: 1, results: [{ name: "pays", ok: false, detail: "no order was paid" }] }));\nprocess.exit(1);`,
  "touches its own files": `import { writeFileSync } from "node:fs";\nwriteFileSync(new URL("./server.mjs", import.meta.url), "changed");\nconsole.log(JSON.stringify({ passed: 1, failed: 0 }));`,
};

/** A real, very small package of one version. */
function packTiny(name: string, version: string, smoke: Smoke): Buffer {
  const files = {
    "plugin.json": JSON.stringify({ name, version, main: "server.mjs", smoke: "smoke.mjs" }),
    "server.mjs": `export const version = ${JSON.stringify(version)};\n`,
    "smoke.mjs": SMOKE[smoke],
  };
  return writeTarGzip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })));
}

/** Publishes a version through the vendor's own commands: manifest first, then the very bytes. */
export async function publishRelease(
  pluginKey: string,
  version: string,
  options: ReleaseOptions = {},
): Promise<{ id: string; sha256: string }> {
  const { smoke = "passes", fixes = ["webhook_fail_rate"], channel = "stable", schemaEffect = "none", author = VENDOR } = options;
  const bytes = pluginKey === "demo-pay" ? packVersion(version).bytes : packTiny(pluginKey, version, smoke);
  const sha256 = sha256Hex(bytes);
  const manifest = { pluginKey, version, channel, sha256, length: bytes.length, schemaEffect, fixes, smokeTests: ["smoke.mjs"] };
  const { id } = await runCommand(registerRelease, { input: manifest, actor: author, now: new Date() });
  await runCommand(storeArtifact, { input: { releaseId: id, bytes }, actor: author, now: new Date() });
  return { id, sha256 };
}
