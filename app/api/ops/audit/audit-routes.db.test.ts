import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyDirectory } from "@/lib/audit/checkpoint/outside-copy";
import { openIdentities } from "@/lib/audit/identities/open-identities";
import { sealAll } from "@/lib/audit/jobs/seal-entries";
import { vouch } from "@/lib/audit/jobs/vouch";
import { leafHash } from "@/lib/audit/tree/hash";
import { verifyConsistency, verifyInclusion } from "@/lib/audit/tree/verify-proof";
import type { OpsHandler } from "@/lib/platform/web/ops-route";
import { openAs } from "@/test/database/open-as";
import { type MadeTenant, makeTenant } from "@/test/factories";
import { type CallOptions, opsRequest } from "@/test/identity/bearer";
import * as checkpoint from "./checkpoint/route";
import * as exported from "./export/route";
import * as proof from "./proof/route";
import * as list from "./route";
import * as verify from "./verify/route";

const dataDir = mkdtempSync(path.join(tmpdir(), "audit-api-"));
process.env.DATA_DIR = dataDir;
const superuser = openAs("superuser");
afterAll(async () => {
  await superuser.end();
  rmSync(dataDir, { recursive: true, force: true });
});

async function call(handler: OpsHandler | ((request: Request) => Promise<Response>), search = "", options: CallOptions = {}) {
  const response = await handler(await opsRequest(`/api/ops/audit${search}`, { roles: ["auditor"], ...options }));
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

let own: MadeTenant;
let other: MadeTenant;
beforeAll(async () => {
  [own, other] = [await makeTenant("Own"), await makeTenant("Other")];
  const start = Date.parse("2026-11-21T10:00:00Z");
  for (const minute of [0, 1, 2]) {
    await vouch(copyDirectory(dataDir), new Date(start + minute * 60_000));
    await makeTenant();
    await sealAll();
  }
});

const ROUTES = [
  ["GET /audit", list.GET, "GET"],
  ["GET /audit/checkpoint", checkpoint.GET, "GET"],
  ["GET /audit/proof", proof.GET, "GET"],
  ["POST /audit/verify", verify.POST, "POST"],
  ["GET /audit/export", exported.GET, "GET"],
] as const;

test.each(ROUTES)("%s is for auditors alone", async (_name, handler, method) => {
  for (const role of ["viewer", "operator", "approver", "security_admin", "tenant_admin", "pay_admin"]) {
    const answer = await call(handler, "", { method, roles: [role] });
    expect([answer.status, answer.json().detail]).toEqual([403, expect.stringContaining("auditor")]);
  }
  expect((await call(handler, "", { method, bearer: null })).status).toBe(401);
});

describe("the list", () => {
  test("newest first, by filters, page by page", async () => {
    const all = (await call(list.GET, "?limit=200")).json();
    expect(all.items.length).toBeGreaterThan(4);
    const registered = (await call(list.GET, "?command=tenant.register&outcome=done&limit=1")).json();
    expect(registered).toMatchObject({
      items: [{ command: "tenant.register", actor: "system:fixtures", on_behalf_of: "scope:operate" }],
      next_cursor: expect.any(String),
    });
    const next = (await call(list.GET, `?command=tenant.register&limit=1&cursor=${registered.next_cursor}`)).json();
    expect(next.items[0].id).not.toBe(registered.items[0].id);
    expect((await call(list.GET, "?seq=0")).json().items).toMatchObject([{ seq: 0, leaf_hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  test("an auditor of one tenant sees its entries and no others, global ones neither", async () => {
    const seen = (await call(list.GET, "?limit=200", { tenants: [own.id] })).json().items;
    expect(seen.map((entry: { tenant_id: string }) => entry.tenant_id)).toEqual([own.id]);
    const [theirs, nobody] = await Promise.all(
      [other.id, "00000000-0000-4000-8000-00000000dead"].map((id) => call(list.GET, `?tenant_id=${id}`, { tenants: [own.id] })),
    );
    expect([theirs?.status, theirs?.text]).toEqual([200, nobody?.text]);
  });

  test.each(["seq=-1", "seq=1e9", "outcome=constructor", "from=yesterday", "limit=0", "sort=id", "actor=", "q=", "tenant_id=x"])(
    "case 20: ?%s is 400",
    async (search) => {
      expect((await call(list.GET, `?${search}`)).status).toBe(400);
    },
  );
});

describe("proofs", () => {
  test("an entry's proof and the checkpoint belong together", async () => {
    const seen = (await call(checkpoint.GET)).json();
    expect(seen).toMatchObject({
      origin: expect.stringMatching(/^reliability-center\//),
      note: expect.stringContaining(seen.root),
      keys: [{ public_key: expect.any(String) }],
    });
    const { items } = (await call(list.GET, "?seq=1")).json();
    const [bySeq, byId] = [(await call(proof.GET, "?seq=1")).json(), (await call(proof.GET, `?id=${items[0].id}`)).json()];
    expect(byId).toEqual(bySeq);
    const hashes = bySeq.hashes.map((hash: string) => Buffer.from(hash, "base64"));
    expect(bySeq).toMatchObject({ kind: "inclusion", seq: 1, size: seen.size, checkpoint: seen.note });
    expect(verifyInclusion(Buffer.from(items[0].leaf_hash, "hex"), 1, seen.size, hashes, Buffer.from(seen.root, "base64"))).toBe(true);
  });

  test("one length begins with another", async () => {
    const rows = await superuser<{ size: string; root: Buffer }[]>`select size, root from audit_checkpoints order by size`;
    const [older, newer] = rows.map(({ size, root }) => ({ size: Number(size), root }));
    if (!older || !newer) throw new Error("two checkpoints were made");
    const { hashes } = (await call(proof.GET, `?from=${older.size}&to=${newer.size}`)).json();
    expect(
      verifyConsistency(
        older,
        newer,
        hashes.map((hash: string) => Buffer.from(hash, "base64")),
      ),
    ).toBe(true);
  });

  test.each([
    ["", 400],
    ["?seq=1&from=0", 400],
    ["?from=1", 400],
    ["?from=2&to=1", 400],
    ["?seq=999999", 409],
    ["?seq=0&size=999999", 409],
    ["?id=00000000-0000-4000-8000-00000000dead", 404],
  ])("%s answers %i", async (search, status) => {
    expect((await call(proof.GET, search)).status).toBe(status);
  });
});

test("verify names the first bad index, and is glad of a whole log", async () => {
  const whole = await call(verify.POST, "", { method: "POST" });
  expect(whole.json()).toMatchObject({
    ok: true,
    first_bad_index: null,
    uncovered: expect.any(Number),
    outside: { leaves: expect.any(Number) },
  });
  const tamper = (to: string) =>
    superuser.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_entries set subject = ${to} where seq = 2`;
    });
  const [before] = await superuser`select subject from audit_entries where seq = 2`;
  await tamper("tenant:somebody-else");
  expect((await call(verify.POST, "", { method: "POST" })).json()).toMatchObject({
    ok: false,
    first_bad_index: 2,
    problem: { kind: "altered" },
  });
  await tamper(before?.subject);
});

test("an export is audited before it begins, and carries leaves that hash to what is listed", async () => {
  const answer = await call(exported.GET, "?format=ndjson&command=tenant.register", { email: "aud@center.test" });
  expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="audit-[\d-]+\.ndjson"$/);
  const [head, first] = answer.text.split("\n").map((line) => JSON.parse(line || "null"));
  expect(head).toMatchObject({ type: "checkpoint", note: expect.any(String) });
  expect(leafHash(JSON.stringify(first.entry, Object.keys(first.entry).sort())).toString("hex")).toBe(first.leaf_hash);
  const [entry] = await superuser`select actor, after from audit_entries where command = 'audit.export' and outcome = 'done'`;
  expect(await openIdentities(entry)).toEqual({
    actor: "person:aud@center.test",
    after: { format: "ndjson", filter: { command: "tenant.register" } },
  });
});
