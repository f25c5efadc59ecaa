import { setTimeout as wait } from "node:timers/promises";
import { strike } from "../../../examples/platform/faults/strike.mjs";
import { MODULE_KEYS } from "../../../examples/platform/read-settings.mjs";
import { PLATFORM_TENANT } from "../../../module-client/js/signals/make-signal.mjs";
import { awaitNoticed, awaitOk } from "./await-ok.mjs";
import { differences, hashTenants, strays } from "./hash-tenants.mjs";
import { untilHeard } from "./until-filled.mjs";

/** The bound: from the strike, or from the world's own return, until all is OK. */
export const OK_WITHIN_MS = 120_000;
const NOTICED_WITHIN_MS = 90_000;

/**
 * @typedef {object} Surroundings
 * @property {import("../../../examples/platform/read-settings.mjs").Settings} settings
 * @property {string} stranger a tenant of Center's that is not the platform's
 * @property {import("../ops-client.mjs").OpsClient} ops
 * @property {import("postgres").Sql} sql
 * @property {ReturnType<typeof import("./watch-core.mjs").watchCore>} core
 * @property {(line: string) => void} report
 *
 * @typedef {{ fault: string, isOk: boolean, recoveryMs: number, mismatches: string[], crossed: string[] }} Outcome
 */

/**
 * Strikes once, and waits until all is OK again, or its time is over: then it is undone by hand, so that what comes next finds a whole platform.
 *
 * @param {import("./plan-strikes.mjs").Strike} one @param {Surroundings} surroundings
 * @returns {Promise<Outcome>}
 */
export async function strikeOnce(one, { settings, stranger, ops, sql, core, report }) {
  const { fault, kind, slug, heldMs, slowsCore = false, governed } = one;
  if (governed) await untilHeard(sql, governed);
  const [{ at: since }] = await sql`SELECT clock_timestamp() AS at`;
  const before = await hashTenants(sql, settings.dir);
  const victim = settings.tenants.find((tenant) => tenant.slug === slug)?.id ?? null;
  const isOther = (/** @type {string} */ tenant) => victim !== null && tenant !== victim;
  core.forget();
  report(`${fault}${slug ? ` at ${slug}` : ""}: ${await strike(settings, fault, false, slug ?? undefined)}`);
  const crossed = differences(before, await hashTenants(sql, settings.dir), isOther).map((what) => `struck too: ${what}`);

  const hasIncident = () => hasNews(sql, since);
  let isNoticed = false;
  if (kind === "world") {
    isNoticed = await awaitNoticed(ops, hasIncident, NOTICED_WITHIN_MS);
    await wait(heldMs);
    report(`${fault}: ${await strike(settings, fault, true)}`);
  }
  const ended = await awaitOk(ops, OK_WITHIN_MS);
  isNoticed ||= ended.isNoticed || (await hasIncident());
  if (!ended.isOk) await mend(one, ended.wrong, { settings, ops, report });

  // What the core lost while its own database was away is the world's doing; what anything else took from it is ours.
  const suffered = slowsCore ? [] : core.complaints();
  core.forget();
  const after = await hashTenants(sql, settings.dir);
  crossed.push(...suffered, ...strays(before, after), ...differences(before, after, isOther));
  crossed.push(...(await misdirected(sql, { since, allowed: settings.tenants.map(({ id }) => id), stranger })));
  const mismatches = differences(before, after, (tenant) => !isOther(tenant));
  const isOk = ended.isOk && isNoticed;
  const what = !ended.isOk ? `NOT OK: ${ended.wrong}` : isNoticed ? `OK after ${(ended.tookMs / 1_000).toFixed(1)} s` : "nobody noticed";
  report(`${fault}: ${what}; ${mismatches.length} hashes differ, ${crossed.length} effects elsewhere`);
  for (const line of [...mismatches, ...crossed].slice(0, 10)) report(`  ${line}`);
  return { fault, isOk, recoveryMs: Math.round(ended.tookMs), mismatches, crossed };
}

/**
 * Whether Center has told anything new about a module of the platform: an incident, one that came back within its time, or a worse or sharper cause of
 * one that is still there. What follows for objectives is no notice of a fault.
 *
 * @param {import("postgres").Sql} sql @param {Date} since
 */
async function hasNews(sql, since) {
  const rows =
    await sql`SELECT 1 FROM module_incident_events e JOIN module_incidents i ON i.tenant_id = e.tenant_id AND i.id = e.incident_id
    WHERE e.at >= ${since} AND e.kind IN ('opened', 'reopened', 'worsened', 'renamed') AND i.cause <> 'objective' AND i.module_key = ANY (${MODULE_KEYS}) LIMIT 1`;
  return rows.length > 0;
}

/** @param {import("./plan-strikes.mjs").Strike} one @param {string} wrong @param {Pick<Surroundings, "settings" | "ops" | "report">} surroundings */
async function mend({ fault, kind }, wrong, { settings, ops, report }) {
  report(`${fault}: still wrong after ${OK_WITHIN_MS / 1_000} s: ${wrong}`);
  if (kind === "healed") report(`${fault}: by hand: ${await strike(settings, fault, true)}`);
  await awaitOk(ops, OK_WITHIN_MS);
}

/**
 * Orders for, incidents of and writes to tenants who are not the platform's. What is saved, rehearsed, tried out or found in order at its other tenants
 * is no effect on them: that shows in their rows and files. The free core is everybody's, so it is also asked what is wrong at the stranger, and says
 * that it does not know them.
 *
 * @param {import("postgres").Sql} sql @param {{ since: Date, allowed: readonly string[], stranger: string }} expected
 */
async function misdirected(sql, { since, allowed, stranger }) {
  const orders = await sql`SELECT DISTINCT type, tenant_id FROM module_commands
    WHERE created_at >= ${since} AND tenant_id <> ALL (${[...allowed, PLATFORM_TENANT]}) AND type <> 'repair_dry_run'`;
  const incidents = await sql`SELECT DISTINCT type FROM module_incidents WHERE tenant_id = ${stranger}`;
  const writes = await sql`SELECT DISTINCT module, coalesce(tenant_id::text, 'nobody') AS tenant FROM platform.writes w
    WHERE at >= ${since} AND NOT EXISTS (SELECT 1 FROM platform.tenants t WHERE t.id = w.tenant_id)`;
  return [
    ...orders.map(({ type, tenant_id: tenant }) => `an order ${type} for ${tenant}`),
    ...incidents.map(({ type }) => `an incident ${type} of a tenant that has no platform`),
    ...writes.map(({ module, tenant }) => `a write of ${module} for ${tenant}`),
  ];
}
