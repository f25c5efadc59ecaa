import { generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPerson } from "@/lib/access/commands/create-person";
import { updatePerson } from "@/lib/access/commands/update-person";
import { ROLES, type Role } from "@/lib/access/types";
import { copyDirectory } from "@/lib/audit/checkpoint/outside-copy";
import { sealAll } from "@/lib/audit/jobs/seal-entries";
import { vouch } from "@/lib/audit/jobs/vouch";
import { runCommand } from "@/lib/gateway/run-command";
import { personActor, steppedUp } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { makeBearer, opsRequest } from "@/test/identity/bearer";
import { type Belongings, NOTHING, settle } from "./belongings";
import { callAddress, type Endpoint, findEndpoints } from "./endpoints";
import type { Call, Row } from "./row";
import { TABLE } from "./table";

const endpoints = await findEndpoints();
const TRACE = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01";

const dataDir = mkdtempSync(path.join(tmpdir(), "endpoint-table-"));
process.env.DATA_DIR = dataDir;

let own: Belongings;
let other: Belongings;
const superuser = openAs("superuser");
afterAll(async () => {
  await superuser.end();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A token that shows a fresh second factor, so that a 403 speaks of roles alone. */
function bearer(roles: readonly Role[], tenants: readonly string[], email = `${roles.join("-")}@table.test`): Promise<string> {
  return makeBearer({ email, roles, tenants, authTime: new Date(), amr: ["otp"] });
}

/** Tokens that claim everything and prove nothing: another key's, none's, and the issuer's public key taken for a shared secret. */
async function forgeries(): Promise<string[]> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const now = Math.floor(Date.now() / 1_000);
  const issued = { iss: process.env.MOLAM_ID_ISSUER, aud: process.env.MOLAM_ID_AUDIENCE, iat: now, exp: now + 600 };
  const claims = { sub: "x", email: "x@table.test", roles: [...ROLES], tenants: ["*"], ...issued };
  const pem = Buffer.from(process.env.MOLAM_ID_JWT_PUBLIC ?? "");
  return [
    await new SignJWT(claims).setProtectedHeader({ alg: "RS256" }).sign(privateKey),
    await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(pem),
    new UnsecuredJWT(claims).encode(),
  ];
}

const disabled = `disabled-${randomUUID()}@table.test`;
beforeAll(async () => {
  await vouch(copyDirectory(dataDir), new Date());
  [own, other] = [await settle("Own"), await settle("Other")];
  const admin = steppedUp(personActor(["security_admin"], undefined, "table-admin@center.test"));
  const input = { email: disabled, name: "Disabled", roles: [...ROLES], tenants: ["*"] };
  const { id: personId } = await runCommand(createPerson, { input, actor: admin, now: new Date() });
  await runCommand(updatePerson, { input: { personId, disabled: true }, actor: admin, now: new Date() });
  await sealAll();
  await vouch(copyDirectory(dataDir), new Date());
});

interface Answer {
  readonly status: number;
  readonly code: string | null;
  readonly text: string;
}

/** Calls a handler as Next would; a stream that never ends is let go once it began. */
async function ask({ name, handler }: Endpoint, { params = {}, search = "", body }: Call, token: string | null): Promise<Answer> {
  const method = name.split(" ")[0] ?? "";
  const abort = new AbortController();
  const plain = await opsRequest(`${callAddress(name, params)}${search}`, { method, body, bearer: token, headers: { traceparent: TRACE } });
  const response = await handler(new Request(plain, { signal: abort.signal }), { params: Promise.resolve(params) });
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    abort.abort();
    return { status: response.status, code: null, text: "" };
  }
  const text = await response.text();
  const isProblem = response.headers.get("content-type") === "application/problem+json";
  return { status: response.status, code: isProblem ? (JSON.parse(text) as { code: string }).code : null, text };
}

/** How many changes were ever made. */
async function changesMade(): Promise<number> {
  const [row] = await superuser<{ count: number }[]>`select count(*)::int as count from audit_entries where outcome = 'done'`;
  return row?.count ?? 0;
}

/** Asks for what has to be refused: whatever the answer says, nothing may have changed. */
async function askInVain(endpoint: Endpoint, row: Row, token: string | null, whose = own): Promise<Answer> {
  const call = await row.call(whose);
  const before = await changesMade();
  const answer = await ask(endpoint, call, token);
  if (answer.status >= 400) expect(await changesMade(), `${endpoint.name} was refused and changed something`).toBe(before);
  return answer;
}

/** A switch that is on holds orders to modules, so whatever throws one is asked last. */
const throwsSwitch = ({ name }: Endpoint) => Number(/kill-switch|emergency-rollback|switches/.test(name));
/** Endpoints without a row fail one test, and leave the others to say what they have to. */
const listed = endpoints
  .toSorted((one, other) => throwsSwitch(one) - throwsSwitch(other))
  .flatMap((endpoint) => {
    const row = TABLE[endpoint.name];
    return row ? [{ ...endpoint, row }] : [];
  });
const mayOf = ({ may }: Row): readonly Role[] => (typeof may === "string" ? [] : may);
/** What somebody gets who is not among those who may: addresses without people behave alike to everybody. */
const refusedStatus = (row: Row, status: number) => (typeof row.may === "string" ? row.status : status);

test("every endpoint has a row, and every row an endpoint", () => {
  expect(Object.keys(TABLE).toSorted()).toEqual(endpoints.map(({ name }) => name).toSorted());
});

describe.each(listed)("$name", ({ row, ...endpoint }) => {
  test.each(ROLES)("%s of all tenants", async (role) => {
    const mayCall = mayOf(row).includes(role);
    const token = await bearer([role], ["*"]);
    const answer = mayCall ? await ask(endpoint, await row.call(own), token) : await askInVain(endpoint, row, token);
    expect(answer.status, answer.text).toBe(mayCall ? row.status : refusedStatus(row, 403));
    if (!mayCall && typeof row.may !== "string") expect(answer.text).toMatch(/needs [a-z_]+/);
  });

  test("nobody: no token, one of garbage, forged ones", async () => {
    const tokens = [null, "garbage", ...(await forgeries())];
    for (const token of tokens) expect((await askInVain(endpoint, row, token)).status).toBe(refusedStatus(row, 401));
  });

  test("a disabled person, whatever their token claims", async () => {
    const answer = await askInVain(endpoint, row, await bearer(ROLES, ["*"], disabled));
    expect(answer.status).toBe(refusedStatus(row, 403));
    if (typeof row.may !== "string") expect(answer.code).toBe("ERR_PERSON_DISABLED");
  });

  test("all roles within the tenant that it is about", async () => {
    const answer = await ask(endpoint, await row.call(own), await bearer(ROLES, [own.tenant]));
    expect(answer.status, answer.text).toBe(row.within ?? row.status);
  });

  test("all roles in another tenant: nothing of ours, byte for byte as for ids that nobody has", async () => {
    const token = await bearer(ROLES, [other.tenant]);
    const ours = await askInVain(endpoint, row, token, own);
    expect(ours.status, ours.text).toBe(row.beyond);
    for (const id of Object.values(own)) expect(ours.text).not.toContain(id);
    if (row.beyond === 404) expect(ours).toEqual(await askInVain(endpoint, row, token, NOTHING));
  });
});
