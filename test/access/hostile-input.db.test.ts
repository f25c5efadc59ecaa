import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROLES } from "@/lib/access/types";
import { openAs } from "@/test/database/open-as";
import { makeBearer, opsRequest } from "@/test/identity/bearer";
import { type Belongings, settle } from "./belongings";
import { callAddress, type Endpoint, findEndpoints } from "./endpoints";
import type { Call } from "./row";
import { TABLE } from "./table";

const endpoints = (await findEndpoints()).filter(({ name }) => / \/api\/(ops|sira)/.test(name) && name in TABLE);
/** Lists and other reads of the ops API: whatever they do not know as a parameter is no filter. */
const reads = endpoints.filter(({ name }) => name.startsWith("GET "));
/** Writes with a JSON body. */
const writes = endpoints.filter(({ name }) => /^(POST|PUT|PATCH) /.test(name) && !/\/(artifact|verify)$/.test(name));

let own: Belongings;
let token: string;
beforeAll(async () => {
  own = await settle("Own");
  token = await makeBearer({ roles: ROLES, email: "hostile@table.test", authTime: new Date(), amr: ["otp"] });
});

async function ask({ name, handler }: Endpoint, { params = {}, search = "", body }: Call): Promise<{ status: number; text: string }> {
  const method = name.split(" ")[0] ?? "";
  const response = await handler(await opsRequest(`${callAddress(name, params)}${search}`, { method, body, bearer: token }), {
    params: Promise.resolve(params),
  });
  return { status: response.status, text: await response.text() };
}

const superuser = openAs("superuser");
afterAll(() => superuser.end());
async function changesMade(): Promise<number> {
  const [row] = await superuser<{ count: number }[]>`select count(*)::int as count from audit_entries where outcome = 'done'`;
  return row?.count ?? 0;
}

const VALUES = ['id";--', "constructor", "__proto__", "-1", "1e9", "999999999999", "a,b", "{}", "null", "%00"];
/** Each value by each name, besides lists written in the ways of other frameworks. */
const QUERIES = [
  ...["sort", "order", "filter", "limit", "cursor"].flatMap((name) => VALUES.map((value) => `${name}=${encodeURIComponent(value)}`)),
  "limit=1&limit=2",
  "limit[]=1",
  "filter[status]=open",
  "constructor=1",
  "__proto__=1",
  "__proto__[limit]=1",
  "toString=1",
];

describe("safety 20: a query that is not understood is 400, on every read", () => {
  test.each(reads)("$name", async (endpoint) => {
    const call = await TABLE[endpoint.name]!.call(own);
    const answers = await Promise.all(
      QUERIES.map(async (query) => {
        const search = call.search ? `${call.search}&${query}` : `?${query}`;
        return { query, status: (await ask(endpoint, { ...call, search })).status };
      }),
    );
    expect(answers.filter(({ status }) => status !== 400)).toEqual([]);
  });
});

const SMUGGLED = ["tenant_id", "level", "status", "approved_by", "id", "created_at", "is_automatic", "tenantId", "constructor"];

describe("safety 21: a field that nobody asked for is 422, on every write, and nothing happens", () => {
  test.each(writes)("$name", async (endpoint) => {
    const call = await TABLE[endpoint.name]!.call(own);
    const body = call.body as Record<string, unknown>;
    const before = await changesMade();
    const fields = SMUGGLED.filter((field) => !Object.hasOwn(body, field));
    const answers: { field: string; status: number }[] = [];
    for (const field of fields) {
      const { status } = await ask(endpoint, { ...call, body: { ...body, [field]: own.tenant } });
      answers.push({ field, status });
    }
    expect(answers.filter(({ status }) => status !== 422)).toEqual([]);
    expect(await changesMade()).toBe(before);
  });
});
