import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Updater } from "tuf-js";
import { beforeAll, expect, test, vi } from "vitest";
import { GET as serve } from "@/app/api/tuf/[name]/route";
import { packVersion } from "@/examples/shop/pack.mjs";
import { systemActor } from "@/lib/access/system-actor";
import { readTrust } from "@/lib/access/trust";
import { registerRelease } from "@/lib/delivery/commands/register-release";
import { listReleases } from "@/lib/delivery/queries-releases";
import { runCommand } from "@/lib/gateway/run-command";
import { log } from "@/lib/platform/log";
import { emergencyRollback } from "@/lib/rollout/commands/emergency/emergency-rollback";
import { startRollout } from "@/lib/rollout/commands/waves/start-rollout";
import { personActor } from "@/test/actors";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { asOwner } from "@/test/loop/worker";
import { Ceremony, newSigner, signedTarget } from "@/test/signed-repository";
import { ensureOnlineKeys } from "../jobs/ensure-online-keys";
import { refreshMetadata } from "../jobs/refresh-metadata";
import type { TufFile } from "../judge-bundle";
import { readNewest, showRepository } from "../queries-metadata";
import { openOnlineSigners } from "../testing/open-online-signers";
import { acceptMetadata, establishRepository } from "./accept-metadata";
import { makeOnlineKeys } from "./make-online-keys";

const NOW = new Date();
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);
const admin = systemActor("test", "operate");
const operator = personActor();
const { sha256, length } = packVersion("1.2.3");
const ceremony = new Ceremony(NOW);
const targets = { "1.2.3": signedTarget("demo-pay", "1.2.3", sha256, length) };
let bundle: TufFile[] = [];

const accept = (documents: TufFile[], now = NOW) => runCommand(acceptMetadata, { input: { documents }, actor: operator, now });
const establish = (documents: TufFile[]) => runCommand(establishRepository, { input: { documents }, actor: admin, now: NOW });
const announce = (version: string, pluginKey = "demo-pay") =>
  runCommand(registerRelease, { input: { pluginKey, version, sha256, length }, actor: operator, now: NOW });
const release = async (version: string) => (await listReleases(operator.tenants, { limit: 1, version, plugin_key: "demo-pay" })).items[0];
const versionOf = async (role: string) => (JSON.parse((await readNewest(role)) ?? "{}") as { signed: { version: number } }).signed.version;
/** The vendor's next file, with what it lists. */
const nextVendor = async (listed: Record<string, ReturnType<typeof signedTarget>> = targets) => ({
  role: "demo-pay",
  text: ceremony.vendorFile(listed, { version: (await versionOf("demo-pay")) + 1 }),
});

beforeAll(async () => {
  await ensureOnlineKeys(NOW);
  ceremony.online = await openOnlineSigners();
  bundle = ceremony.firstBundle(targets);
  expect(await readTrust(NOW)).not.toHaveProperty("tuf_root");
  expect((await refusalOf(accept(bundle))).message).toMatch(/no repository yet/);
  expect((await refusalOf(establish(bundle))).message).toMatch(/1\.2\.3 was never announced/);
  expect(await readNewest("root")).toBeNull();
  await announce("1.2.3");
  expect(await release("1.2.3")).toMatchObject({ signed: false, signatures: null });
  await establish(bundle);
});

fiveCases({
  command: acceptMetadata,
  arrange: async () => ({ input: { documents: [await nextVendor()] }, actor: operator }),
  winners: 2,
  forbidden: personActor(["viewer"]),
  works: (result) => expect(result).toMatchObject({ accepted: [{ role: "demo-pay" }] }),
});
fiveCases({
  command: establishRepository,
  arrange: async () => ({ input: { documents: await current() }, actor: admin }),
  winners: 2,
  forbidden: personActor(["operator"]),
  works: (result) => expect(result).toMatchObject({ accepted: [] }),
});
fiveCases({
  command: makeOnlineKeys,
  arrange: async () => ({ input: { further: true }, actor: admin }),
  winners: 2,
  forbidden: personActor(["operator"]),
  works: (result) => expect(result).toMatchObject({ made: [{ purpose: "tuf_snapshot" }, { purpose: "tuf_timestamp" }] }),
});

async function current(): Promise<TufFile[]> {
  const texts = await Promise.all(["root", "targets", "demo-pay"].map(async (role) => ({ role, text: (await readNewest(role)) ?? "" })));
  return texts;
}

test("a signed release names its signers, and plugins registered from now on pin the root", async () => {
  const signers = ceremony.vendors
    .get("demo-pay")
    ?.signers.slice(0, 2)
    .map(({ keyid }) => keyid);
  expect(await release("1.2.3")).toMatchObject({ signed: true, signatures: { role: "demo-pay", threshold: 2, keyids: signers } });
  expect(await readTrust(NOW)).toMatchObject({ tuf_root: { signed: { _type: "root", version: 1 } } });
  const { roles, established } = await showRepository(NOW);
  expect(established).toBe(true);
  expect(roles.map(({ role, is_met, state }) => `${role} ${is_met} ${state}`)).toEqual(
    ["root", "targets", "demo-pay", "snapshot", "timestamp"].map((role) => `${role} true good`),
  );
});

test("the first root is a person's with a second factor, and it is never replaced", async () => {
  const plain = personActor(["security_admin"]);
  const documents = await current();
  const asked = runCommand(establishRepository, { input: { documents }, actor: plain, now: NOW });
  expect((await refusalOf(asked)).details).toMatchObject({ code: "ERR_STEP_UP", digest: expect.stringMatching(/^sha256:/) });
  const other = new Ceremony(NOW);
  other.online = ceremony.online;
  expect((await refusalOf(establish(other.firstBundle(targets)))).details.code).toBe("ERR_ROOT_PINNED");
});

test("what is signed has to be what was announced", async () => {
  await announce("2.0.0");
  const wrong = { ...targets, "2.0.0": signedTarget("demo-pay", "2.0.0", "b".repeat(64), length) };
  const refusal = await refusalOf(accept([await nextVendor(wrong)]));
  expect(refusal.details.code).toBe("ERR_METADATA_REFUSED");
  expect(refusal.message).toMatch(/2\.0\.0 is signed as something other/);
  const otherManifest = { ...targets, "2.0.0": signedTarget("demo-pay", "2.0.0", sha256, length, { schema_effect: "irreversible" }) };
  expect((await refusalOf(accept([await nextVendor(otherManifest)]))).message).toMatch(/something other/);
});

test("one file of a bundle that is wrong, and nothing of it is stored", async () => {
  const before = await Promise.all(["targets", "demo-pay", "snapshot", "timestamp"].map(versionOf));
  const good = { role: "targets", text: ceremony.targetsFile({ version: (await versionOf("targets")) + 1 }) };
  const few = ceremony.vendors.get("demo-pay")?.signers.slice(0, 1) ?? [];
  const bad = { role: "demo-pay", text: ceremony.vendorFile(targets, { version: (await versionOf("demo-pay")) + 1, signers: few }) };
  expect((await refusalOf(accept([good, bad]))).message).toMatch(/1\/2 keys/);
  expect(await Promise.all(["targets", "demo-pay", "snapshot", "timestamp"].map(versionOf))).toEqual(before);
});

test("a release that its vendor no longer lists is unsigned again; one that it calls back is recalled", async () => {
  await announce("1.9.0");
  const more = { ...targets, "1.9.0": signedTarget("demo-pay", "1.9.0", sha256, length) };
  await accept([await nextVendor(more)]);
  expect(await release("1.9.0")).toMatchObject({ signed: true, status: "draft" });
  await accept([await nextVendor(targets)]);
  expect(await release("1.9.0")).toMatchObject({ signed: false });
  await accept([await nextVendor({ ...targets, "1.9.0": signedTarget("demo-pay", "1.9.0", sha256, length, { recalled: true }) })]);
  expect(await release("1.9.0")).toMatchObject({ signed: true, status: "recalled" });
});

test("the worker signs Center's own files anew at half their life, by its own clock alone", async () => {
  await refreshMetadata(NOW);
  const before = [await versionOf("snapshot"), await versionOf("timestamp")] as const;
  expect(await refreshMetadata(later(6))).toMatchObject({ signed: 0 });
  expect(await refreshMetadata(later(13))).toMatchObject({ signed: 1 });
  expect(await refreshMetadata(later(13))).toMatchObject({ signed: 0 });
  expect([await versionOf("snapshot"), await versionOf("timestamp")]).toEqual([before[0], before[1] + 1]);
  expect(await refreshMetadata(later(90))).toMatchObject({ signed: 2 });
  // The exercise ran ahead of time; the clock is back where it was, and nothing that is in date is signed again.
  expect(await refreshMetadata(NOW)).toMatchObject({ signed: 0 });
});

test("people are told every day that what only they can sign is about to expire, and that it has", async () => {
  const warned = vi.spyOn(log, "warn");
  const told = async () =>
    (
      await asOwner()`select payload ->> 'role' as role, payload ->> 'expired' as expired from outbox where name = 'metadata.expiring' order by id`
    ).map(({ role, expired }) => `${role} ${expired}`);
  const before = (await told()).length;
  const since = async (hours: number) => {
    await refreshMetadata(later(hours));
    return (await told()).slice(before).toSorted();
  };
  expect(await since(4 * 24)).toEqual([]);
  expect(await since(5 * 24)).toEqual(["demo-pay false", "targets false"]);
  expect(await since(5.5 * 24)).toHaveLength(2);
  expect((await showRepository(later(5.5 * 24))).roles.map(({ role, state }) => `${role} ${state}`)).toContain("demo-pay soon");
  expect(warned.mock.calls.map(([code, , attributes]) => `${code} ${attributes?.role}`).toSorted()).toEqual(
    ["demo-pay", "targets"].map((role) => `WARN_METADATA_EXPIRING ${role}`),
  );
  expect(await since(6 * 24 - 1)).toHaveLength(2);
  expect(await since(6.5 * 24)).toEqual(["demo-pay false", "demo-pay true", "targets false", "targets true"]);
  expect(await since(7.6 * 24)).toHaveLength(6);
  warned.mockRestore();
});

test("nothing unsigned is rolled out where a signed repository is in force", async () => {
  const { id } = await announce("1.8.0");
  await asOwner()`update plugin_releases set status = 'published' where id = ${id}`;
  const input = { releaseId: id, confirm: "demo-pay 1.8.0", reason: "somebody forgot to sign" };
  const other = personActor(["pay_admin"], undefined, "other@center.test");
  const start = () => refusalOf(runCommand(startRollout, { input, actor: other, now: NOW }));
  expect(await start()).toMatchObject({ kind: "conflict", details: { code: "ERR_RELEASE_UNSIGNED" } });
  await accept([await nextVendor({ ...targets, "1.8.0": signedTarget("demo-pay", "1.8.0", sha256, length) })]);
  expect((await start()).details.code).not.toBe("ERR_RELEASE_UNSIGNED");
});

test("what Center recalls is in the snapshot's own list at the worker's next round", async () => {
  const input = { scope: { plugin_key: "demo-pay", version: "1.2.3" }, reason: "it charges people twice" };
  await runCommand(emergencyRollback, { input, actor: operator, now: NOW });
  await refreshMetadata(NOW);
  const { signed } = JSON.parse((await readNewest("snapshot")) ?? "{}") as { signed: { recalled: string[] } };
  expect(signed.recalled).toContain("demo-pay/1.2.3");
});

test("any TUF client reads it: tuf-js goes from the first root to the target", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tuf-"));
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url?.split("/").at(-1) ?? "");
    void serve(new Request(`http://center${request.url}`), { params: Promise.resolve({ name }) }).then(async (answer) => {
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(await answer.text());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    writeFileSync(join(folder, "root.json"), bundle[0]?.text ?? "");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/tuf`;
    await accept([{ role: "root", text: ceremony.rootFile({ version: 2 }) }]);
    const updater = new Updater({ metadataDir: folder, metadataBaseUrl: url });
    await updater.refresh();
    expect((await updater.getTargetInfo("demo-pay/1.2.3"))?.toJSON()).toMatchObject({
      length,
      hashes: { sha256 },
      custom: { version: "1.2.3" },
    });
    expect(await updater.getTargetInfo("demo-pay/9.9.9")).toBeUndefined();
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test("further keys sign nothing until a root names them", async () => {
  const before = await readNewest("snapshot");
  await runCommand(makeOnlineKeys, { input: { further: true }, actor: admin, now: later(1) });
  await refreshMetadata(NOW);
  expect(await readNewest("snapshot")).toBe(before);
  const stranger = { ...ceremony.online, snapshot: newSigner() };
  ceremony.online = stranger;
  const root = { role: "root", text: ceremony.rootFile({ version: (await versionOf("root")) + 1 }) };
  expect((await refusalOf(accept([root]))).message).toMatch(/Center's own key/);
});
