import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type postgres from "postgres";
import { ROLES, SCHEMA } from "@/examples/platform/database/schema.mjs";
import { cacheModule } from "@/examples/platform/modules/cache.mjs";
import { exportsModule } from "@/examples/platform/modules/exports.mjs";
import { integrationModule } from "@/examples/platform/modules/integration.mjs";
import { ensureReleases } from "@/examples/platform/modules/ocr/releases.mjs";
import { ocrModule } from "@/examples/platform/modules/ocr.mjs";
import { searchModule } from "@/examples/platform/modules/search.mjs";
import { replayDead, shelve, unshelveSome } from "@/examples/platform/scheduler/queue.mjs";
import { ensureCommandKey } from "@/lib/access/trust";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { ModuleFindingType } from "@/lib/modules/types";
import type { ActionType, Handler, Task } from "@/module-client/js/types.d.mts";
import { makeTenant } from "@/test/factories";

// biome-ignore lint/suspicious/noExplicitAny: a transaction of whatever driver the platform uses
type Open = <Result>(tenantId: string, reason: string, work: (tx: any) => Promise<Result>) => Promise<Result>;

/** The platform's own hands: its schema in the test's database, its files, two tenants in it. */
export interface Hands {
  readonly superuser: postgres.Sql;
  readonly dir: string;
  readonly mine: string;
  readonly other: string;
  /** One transaction in a tenant's scope, as the application's own role. */
  readonly open: Open;
  /** Digest of everything that a tenant has, by tenant. */
  fingerprints(): Promise<Record<string, string>>;
}

/** What leads to an action, and the platform's own code that does it. */
export interface HowItIsDone {
  readonly type: ModuleFindingType;
  readonly code: string | null;
  readonly declaration: (hands: Hands) => Partial<Record<ActionType, Handler>>;
}

const TABLES = ["documents", "search_index", "invoices", "invoice_lines", "ledger", "grants", "objects"];
const surroundings = (hands: Hands) => ({
  ...{ watch: hands.superuser, dir: hands.dir, externalUrl: "http://127.0.0.1:9" },
  db: {
    read: (tenantId: string, work: never) => hands.open(tenantId, "read", work),
    write: ({ tenantId, reason }: { tenantId: string; reason: string }, work: never) => hands.open(tenantId, reason, work),
    close: async () => undefined,
  },
});
const inScope = (hands: Hands, work: (tx: never, tenantId: string) => Promise<unknown>) => (task: Task) =>
  hands.open(task.tenantId ?? "", "ordered", (tx) => work(tx as never, task.tenantId ?? ""));

/** Each action that is ordered, as examples/platform does it. */
export const PLATFORM_ACTIONS: Readonly<Record<string, HowItIsDone>> = {
  restart: { type: "silence", code: "ERR_SCHEDULER_DEAD", declaration: () => ({ restart: () => ({ pid: 1 }) }) },
  rebuild_index: {
    type: "data_invalid",
    code: "ERR_INDEX_INCOMPLETE",
    declaration: (hands) => searchModule(surroundings(hands) as never).declaration.actions ?? {},
  },
  purge_cache: {
    type: "data_invalid",
    code: "ERR_CACHE_CORRUPT",
    declaration: (hands) => cacheModule(surroundings(hands) as never).declaration.actions ?? {},
  },
  replay_jobs: {
    type: "dead_letters",
    code: "ERR_DEAD_LETTER",
    declaration: (hands) => ({ replay_jobs: inScope(hands, (tx, tenantId) => replayDead(tx, tenantId)) }),
  },
  rollback_release: {
    type: "data_invalid",
    code: "ERR_OCR_WRONG",
    declaration: (hands) => ocrModule(surroundings(hands) as never).declaration.actions ?? {},
  },
  open_circuit: {
    type: "integration_down",
    code: "ERR_INTEGRATION_DOWN",
    declaration: (hands) => integrationModule(surroundings(hands) as never).declaration.actions ?? {},
  },
  tighten_limits: {
    type: "quota_overflow",
    code: null,
    declaration: (hands) => exportsModule(surroundings(hands) as never).declaration.actions ?? {},
  },
  degrade: {
    type: "queue_saturation",
    code: "ERR_QUEUE_FULL",
    declaration: (hands) => ({
      degrade: inScope(hands, (tx, tenantId) => shelve(tx, tenantId)),
      undegrade: inScope(hands, (tx) => unshelveSome(tx)),
    }),
  },
};

async function fill(superuser: postgres.Sql, tenant: string): Promise<void> {
  await superuser.begin(async (tx) => {
    await tx`select set_config('search_path', 'platform', true), set_config('app.tenant', ${tenant}, true), set_config('app.reason', 'test', true)`;
    await tx`insert into documents select ${tenant}, gen_random_uuid(), 'thing ' || n, 'a body ' || n, 100 + n from generate_series(1, 30) n`;
    await tx`insert into search_index select tenant_id, id, to_tsvector('simple', title || ' ' || body) from documents where tenant_id = ${tenant}`;
    await tx`insert into invoices select ${tenant}, gen_random_uuid(), n, 'Ada', 500, 0 from generate_series(1, 10) n`;
    await tx`insert into ledger (tenant_id, id, invoice_id, kind, amount_cents) select tenant_id, gen_random_uuid(), id, 'charge', 500 from invoices where tenant_id = ${tenant}`;
    await tx`insert into jobs (tenant_id, id, kind) select ${tenant}, gen_random_uuid(), 'remind' from generate_series(1, 10)`;
  });
}

/** Lays the platform's schema and two tenants out, as its own set-up does, without its processes. */
export async function layOut(superuser: postgres.Sql, dir: string): Promise<Hands> {
  await ensureCommandKey(new Date());
  const [mine, other] = [(await makeTenant()).id, (await makeTenant()).id];
  await superuser`insert into heal_proofs (tenant_id, id, outcome, began_at, ended_at) values (${PLATFORM_TENANT}, ${randomUUID()}, 'proven', now(), now())`;
  for (const role of ROLES)
    await superuser.unsafe(`do $$ begin create role ${role}; exception when duplicate_object or unique_violation then null; end $$`);
  await superuser.unsafe(
    `create schema if not exists platform; create schema if not exists platform_drill; set search_path = platform; ${SCHEMA}; reset search_path`,
  );
  for (const tenant of [mine, other]) await fill(superuser, tenant);
  await ensureReleases(dir);
  for (const tenant of [mine, other]) {
    mkdirSync(path.join(dir, "objects", tenant), { recursive: true });
    writeFileSync(path.join(dir, "objects", tenant, "a"), `a file of ${tenant}`);
  }
  const open: Open = (tenantId, reason, work) =>
    superuser.begin(async (tx) => {
      await tx`select set_config('search_path', 'platform', true), set_config('role', 'platform_app', true), set_config('app.tenant', ${tenantId}, true),
        set_config('app.reason', ${reason}, true), set_config('app.module', 'gates', true), set_config('app.trace', '', true)`;
      return work(tx);
    }) as never;
  const fingerprint = async (tenant: string) => {
    const hash = createHash("sha256");
    for (const table of TABLES) {
      const [row] =
        await superuser`select md5(string_agg(t::text, ',' order by t::text)) as rows from platform.${superuser(table)} t where tenant_id = ${tenant}`;
      hash.update(`${table} ${row?.rows}`);
    }
    const [jobs] = await superuser`select string_agg(id || status, ',' order by id) as jobs from platform.jobs where tenant_id = ${tenant}`;
    hash.update(String(jobs?.jobs)).update(readFileSync(path.join(dir, "ocr", "current.json")));
    for (const name of readdirSync(path.join(dir, "objects", tenant)).sort())
      hash.update(readFileSync(path.join(dir, "objects", tenant, name)));
    return hash.digest("hex");
  };
  const fingerprints = async () => ({ [mine]: await fingerprint(mine), [other]: await fingerprint(other) });
  return { superuser, dir, mine, other, open, fingerprints };
}
