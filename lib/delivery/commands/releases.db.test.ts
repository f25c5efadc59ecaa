import { randomInt } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { packVersion } from "@/examples/shop/pack.mjs";
import { runCommand } from "@/lib/gateway/run-command";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { makeZip } from "@/plugin-client/php/testing/make-zip";
import { personActor } from "@/test/actors";
import { makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { listReleases } from "../queries-releases";
import { registerRelease } from "./register-release";
import { storeArtifact } from "./store-artifact";

const actor = personActor();
const forbidden = personActor(["viewer"]);
const { bytes } = packVersion("1.2.3");

function manifestOf(content: Uint8Array) {
  const version = `${randomInt(1e9)}.${randomInt(1e9)}.${randomInt(1e9)}`;
  return {
    pluginKey: "demo-pay",
    version,
    sha256: sha256Hex(content),
    length: content.length,
    fixes: ["webhook_fail_rate"],
    smokeTests: ["smoke.mjs"],
  };
}
const announce = (content: Uint8Array) => runCommand(registerRelease, { input: manifestOf(content), actor, now: new Date() });
const store = (releaseId: string, content: Uint8Array) =>
  runCommand(storeArtifact, { input: { releaseId, bytes: content }, actor, now: new Date() });

fiveCases({
  command: registerRelease,
  arrange: async () => ({ input: manifestOf(bytes), actor }),
  winners: 1,
  forbidden,
  works: (result) => expect(result).toMatchObject({ status: "draft", author: actor.email, channel: "stable", schema_effect: "none" }),
});
fiveCases({
  command: storeArtifact,
  // Small, because the retry's key keeps a digest of the input, bytes and all; the route takes no key.
  arrange: async () => ({ input: { releaseId: (await announce(bytes)).id, bytes: new Uint8Array(bytes) }, actor }),
  winners: 2,
  forbidden,
  works: async ({ id, version }) => {
    const { items } = await listReleases(actor.tenants, { limit: 10, version });
    expect(items).toMatchObject([{ id, status: "published" }]);
  },
});

test("other bytes than announced publish nothing", async () => {
  const release = await announce(bytes);
  const changed = Buffer.from(bytes);
  changed[100] = (changed[100] ?? 0) ^ 1;
  for (const content of [changed, bytes.subarray(1), new Uint8Array()]) {
    expect((await refusalOf(store(release.id, content))).details.code).toBe("ERR_ARTIFACT_MISMATCH");
  }
  expect((await listReleases(actor.tenants, { limit: 1, version: release.version })).items).toMatchObject([{ status: "draft" }]);
});

test.each([
  ["no archive", Buffer.from("plain text")],
  ["a gzip of no tar", gzipSync("x".repeat(2_000))],
  ["a bomb", gzipSync(Buffer.alloc(60 * 1024 * 1024))],
  ["a zip with a link", makeZip([{ path: "x", content: "/etc/passwd", mode: 0o120777 }])],
  ["a zip that leaves its folder", makeZip([{ path: "../x", content: "1" }])],
  ["a zip that is a bomb", makeZip([{ path: "x", content: Buffer.alloc(60 * 1024 * 1024), claimedSize: 1 }])],
])("%s is refused though it was announced", async (_what, content) => {
  const release = await announce(content);
  expect((await refusalOf(store(release.id, content))).kind).toBe("invalid");
});

test("a zip is published as well as a tar.gz", async () => {
  const content = makeZip([{ path: "plugin.json", content: "{}" }]);
  const release = await announce(content);
  expect(await store(release.id, content)).toMatchObject({ status: "published" });
});

test("some tenants' operator ships nothing", async () => {
  const some = personActor(["operator"], [(await makeTenant()).id]);
  const refusal = await refusalOf(runCommand(registerRelease, { input: manifestOf(bytes), actor: some, now: new Date() }));
  expect(refusal.details.code).toBe("ERR_ALL_TENANTS_NEEDED");
});
