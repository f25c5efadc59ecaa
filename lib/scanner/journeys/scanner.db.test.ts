import { afterAll, expect, test } from "vitest";
import { POST as postSignals } from "@/app/api/modules/signals/route";
import { GET as listTenants } from "@/app/api/ops/tenants/route";
import { registerTenant } from "@/lib/access/commands/register-tenant";
import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { refreshBlocks } from "@/lib/platform/web/blocks/blocks";
import { DATABASE_PLANTS } from "@/scripts/testing/scanner/plants";
import { personActor } from "@/test/actors";
import { openAs } from "@/test/database/open-as";
import { undone } from "@/test/database/undone";
import { makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { makeModuleService, signedModuleRequest } from "@/test/module-service";
import accessTable from "../access-table.json";
import { EXPORTERS } from "../adapters/exporters";
import { askScan } from "../commands/ask-scan";
import { INVARIANTS } from "../invariants";
import { OWN_SUBJECT, type ScanSubject, scanContracts, scanWhenAsked } from "../jobs/scan-contracts";
import { LINTS } from "../lints";
import { findContractFindings } from "../queries-findings";
import { showScanner } from "../queries-scanner";
import type { LintRow } from "../types";

const superuser = openAs("superuser");
afterAll(() => superuser.end());

test("each lint is a view, each view a lint, and each has a plant that shows it can fire", async () => {
  const views = await superuser<{ name: string }[]>`select viewname::text as name from pg_views where viewname like 'lint\\_%' order by 1`;
  expect(views.map(({ name }) => name)).toEqual(LINTS.map(({ name }) => `lint_${name}`).toSorted());
  // The age of a table cannot be made in a test.
  const shown = new Set([...DATABASE_PLANTS.map(({ invariant }) => invariant), "lint.transaction_age"]);
  expect(LINTS.filter(({ name }) => !shown.has(`lint.${name}`))).toEqual([]);
  const levels = await superuser.unsafe<{ name: string; level: string }[]>(
    LINTS.map(
      ({ name }) => `select '${name}' as name, pg_get_viewdef('lint_${name}'::regclass) ~ '''error''::text AS level' as level`,
    ).join(" union all "),
  );
  expect(levels.filter(({ name, level }) => (LINTS.find((lint) => lint.name === name)?.level === "error") !== Boolean(level))).toEqual([]);
});

const ALL = LINTS.map(({ name }) => `select * from lint_${name}`).join(" union all ");

test.each(DATABASE_PLANTS)("$invariant: $why", async ({ sql, invariant, object, also = [] }) => {
  const rows = await undone(superuser, async (tx) => {
    await tx.unsafe(sql);
    return tx.unsafe<LintRow[]>(ALL);
  });
  const found = rows.map((row) => ({ ...row, name: `lint.${row.name}` }));
  expect(found.filter((row) => row.name === invariant).map((row) => row.object)).toEqual(
    expect.arrayContaining([expect.stringMatching(object)]),
  );
  expect([...new Set(found.map(({ name }) => name))].toSorted()).toEqual([...new Set([invariant, ...also])].toSorted());
});

const subject: ScanSubject = { ...OWN_SUBJECT, buildFolder: "test/fixtures/no-build", access: accessTable };
const scan = (given = subject) => scanContracts("weekly", "worker:test", systemClock, { subject: given });
const violations = () =>
  superuser<{ invariant: string; object: string; status: string; block: string | null }[]>`
    select v.invariant, v.object, v.status, b.kind || ' ' || b.target as block from scan_violations v left join scan_blocks b on b.violation_id = v.id order by 1, 2`;

test("nothing is found where nothing is broken; what is planted is found at once, closed, and put right where it can be", async () => {
  const [own, other] = [await makeTenant(), await makeTenant()];
  await makePlugin(own.id);
  const service = await makeModuleService([own.id]);
  await scan();
  // There is no build to look at, which is told and no peace.
  const unseen = { invariant: "scanner.blind_audit", object: "surface", status: "open", block: null };
  expect(await violations()).toEqual([unseen]);

  await superuser.unsafe("alter table plugins disable trigger a_guard_governed; grant delete on plugins to center_writer");
  await superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update plugins set updated_at = now() where tenant_id = ${own.id}`;
  });
  const line = { ts: new Date().toISOString(), level: "info", code: "INFO_X", message: "m", tenant_id: other.id };
  await postSignals(signedModuleRequest(service, "/api/modules/signals", JSON.stringify(line)));
  const planted = { route: "/api/ops/tenants", format: "csv", render: (cells: readonly string[]) => cells.join(",") } as const;
  const told = await scan({ ...subject, exporters: [...EXPORTERS, planted] });
  expect(told).toMatchObject({ ran: true, faults: 1 });
  const found = await violations();
  // Several say that a wall is down; the first of them stops who writes by itself.
  expect(found.filter(({ block }) => block === "writer automatic")).toHaveLength(1);
  expect(found.map(({ block, ...one }) => (block === "writer automatic" ? { ...one, block: null } : { ...one, block }))).toEqual([
    { invariant: "export.unsafe", object: "/api/ops/tenants", status: "open", block: "export * /api/ops/tenants" },
    { invariant: "gateway.unaudited_rows", object: "plugins", status: "open", block: null },
    { invariant: "lint.grant_undeclared", object: "plugins DELETE to center_writer", status: "open", block: null },
    { invariant: "lint.guard_missing", object: "plugins.a_guard_governed", status: "open", block: null },
    { invariant: "lint.trigger_changed", object: "plugins.a_guard_governed", status: "open", block: null },
    unseen,
    { invariant: "signal.cross_tenant", object: `${service.key} ERR_CROSS_TENANT`, status: "open", block: null },
  ]);

  await refreshBlocks();
  const refused = await listTenants(new Request("http://center.test/api/ops/tenants"));
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("ERR_EXPORT_REFUSED")]);
  const input = { slug: "still-by-hand", name: "By hand" };
  await runCommand(registerTenant, { input, actor: systemActor("test", "operate"), now: new Date() });

  // The walls stand again; what was written past them is for people to judge.
  await scan();
  const left = (await violations()).filter(({ status }) => status === "open").map(({ invariant }) => invariant);
  expect(left).toEqual(["gateway.unaudited_rows", "scanner.blind_audit", "signal.cross_tenant"]);
});

test("a lint that cannot be read blinds no other, and is told until it can be; so is a scanner that looks no more", async () => {
  const realtime = () => scanContracts("realtime", "worker:test", systemClock, { subject });
  const open = async () =>
    (await violations()).filter(({ status }) => status === "open").map(({ invariant, object }) => `${invariant} ${object}`);
  const before = await open();
  await superuser.unsafe("alter view lint_public_granted rename to aside; alter table plans disable row level security");
  expect(await realtime()).toMatchObject({ ran: true, faults: 1 });
  const seen = await open();
  expect(seen).toEqual(expect.arrayContaining(["scanner.blind lint.public_granted", "lint.rls_disabled plans"]));
  // Still blind, though nothing changed since.
  await realtime();
  expect(await open()).toContain("scanner.blind lint.public_granted");
  await superuser.unsafe("alter view aside rename to lint_public_granted");
  await realtime();
  expect(await open()).toEqual(before);
  const findings = (at: Date) => read(scopeFor("scan"), (tx) => findContractFindings(tx, at));
  const gone = async (at: Date) => (await findings(at)).filter(({ ruleId }) => ruleId === "contract.scanner.blind").length;
  expect([await gone(new Date()), await gone(new Date(Date.now() + LIMITS.scanGoneMinutes * 60_000 + 1_000))]).toEqual([0, 1]);
});

test("a wall that could not be put up at once is put up by the next scan, whether the catalog changed or not", async () => {
  const realtime = () => scanContracts("realtime", "worker:test", systemClock, { subject });
  const isForced = async () => (await superuser`select relforcerowsecurity as is from pg_class where relname = 'plans'`)[0]?.is;
  await superuser.unsafe("alter table plans no force row level security");
  await superuser.begin(async (holder) => {
    await holder`select 1 from plans limit 1`;
    await realtime();
  });
  expect(await isForced()).toBe(false);
  await realtime();
  expect(await isForced()).toBe(true);
});

test("whoever asks is told of a write past the gateway at once, counted or not; one waits at a time, and only of who may ask", async () => {
  const tenant = await makeTenant();
  const ask = (actor = personActor(["operator"])) => runCommand(askScan, { input: { kind: "realtime" }, actor, now: new Date() });
  const answer = () => scanWhenAsked(systemClock, subject);
  const past = async () =>
    (
      await superuser<
        { status: string }[]
      >`select status from scan_violations where invariant = 'gateway.unaudited_rows' and object = 'tenants'`
    )[0]?.status;
  expect(await answer()).toBeNull();
  await ask();
  expect((await refusalOf(ask())).kind).toBe("conflict");
  expect(await answer()).toMatchObject({ ran: true, new_findings: 0 });
  await superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update tenants set name = 'Past' where id = ${tenant.id}`;
  });
  await superuser`select pg_stat_force_next_flush()`;
  // As if PostgreSQL had not counted it yet.
  await superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update scan_runs set watermarks = jsonb_set(watermarks, '{rows,tenants,writes}',
      (select to_jsonb(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables where relname = 'tenants'))`;
  });
  await scanContracts("realtime", "worker:test", systemClock, { subject });
  const uncounted = await past();
  await ask();
  await answer();
  expect([uncounted, await past(), await answer()]).toEqual([undefined, "open", null]);
  const [run] = await superuser`select asked_by from scan_runs where id in (select run_id from scan_requests) order by started_at desc`;
  expect(run?.asked_by).toBe("person:ops@center.test");
  const toldTo = async (actor: ReturnType<typeof personActor>) => (await showScanner(actor.tenants, new Date())).runs[0]?.asked_by;
  expect([await toldTo(personActor(["viewer"])), await toldTo(personActor(["viewer"], [tenant.id]))]).toEqual([
    "person:ops@center.test",
    null,
  ]);
  expect((await refusalOf(ask(personActor(["viewer"])))).kind).toBe("forbidden");
  // A scan that can't be written down would be made anew every two seconds: its request ends by itself, and keeps nobody waiting.
  await superuser`insert into scan_requests (tenant_id, id, kind, asked_by, asked_at)
    select tenant_id, gen_random_uuid(), 'weekly', 'person:ops@center.test', now() - interval '11 minutes' from scan_requests limit 1`;
  expect(await answer()).toBeNull();
  await ask();
  expect(await answer()).toMatchObject({ ran: true });
  expect((await refusalOf(ask(personActor(["operator"], [tenant.id])))).kind).toBe("forbidden");
});

test("what another program keeps in a schema of its own is nothing to Center, whoever may call it", async () => {
  await superuser.unsafe("create role stranger_owner nologin; create schema stranger authorization stranger_owner");
  await superuser.unsafe("create function stranger.peek() returns int language sql security definer as 'select 1'");
  await superuser.unsafe("alter function stranger.peek() owner to stranger_owner; create view stranger.seen as select 1 as one");
  await superuser.unsafe("alter view stranger.seen owner to stranger_owner");
  const lints = ["lint_definer_search_path", "lint_definer_public", "lint_definer_owner", "lint_view_definer"];
  const told = await Promise.all(lints.map((lint) => superuser.unsafe(`select object from ${lint} where object like 'stranger%'`)));
  await superuser.unsafe("drop schema stranger cascade; drop role stranger_owner");
  expect(told.flat()).toEqual([]);
});

fiveCases({
  command: askScan,
  arrange: async () => {
    await superuser`delete from scan_requests`;
    return { input: { kind: "daily" }, actor: personActor(["operator"]) };
  },
  winners: 1,
});

test("every invariant says how bad it is and what mends it, under a name of its own", () => {
  expect(new Set(INVARIANTS.map(({ id }) => id)).size).toBe(INVARIANTS.length);
  for (const { remediation, title } of INVARIANTS) expect([remediation.length > 10, title.length > 10]).toEqual([true, true]);
});
