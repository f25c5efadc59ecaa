/**
 * `npm run drill:restore -- --rows N`: a tenant of N rows is saved, damaged and restored, with real agents against a real Center of its own, beside
 * tenants that must not notice. The last line says whether every row is what it was; exit code 1 when one is not, or when anybody else's changed.
 */
import fs from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { identityService } from "../../chaos/identity-service.mjs";
import { opsClient } from "../../chaos/ops-client.mjs";
import { endAllUnder } from "../../chaos/processes.mjs";
import { startCenter } from "../../chaos/start-center.mjs";
import { setUp } from "../../setup/set-up.mjs";
import { damageTenant, fillTenant, readRows, sumRows } from "./rows.mjs";
import { startKeepers } from "./start-keepers.mjs";

const ROWS = 100_000;
const root = path.resolve(import.meta.dirname, "..", "..", "..");
const startedMs = performance.now();
const report = (/** @type {string} */ line) =>
  console.log(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(7)} s  ${line}`);

/** @param {string[]} words */
function readRowsWanted(words) {
  if (words.length === 0) return ROWS;
  const [name, value] = words;
  if (words.length !== 2 || name !== "--rows" || !/^[1-9]\d{1,6}$/.test(value ?? "")) {
    console.error("usage: npm run drill:restore -- --rows N   (10 to 9,999,999)");
    process.exit(2);
  }
  return Number(value);
}

/** Asks until it is so. @template T @param {() => Promise<T>} look @param {(value: T) => boolean} isSo @param {string} what @returns {Promise<T>} */
async function until(look, isSo, what) {
  for (const deadline = performance.now() + 10 * 60_000; ; await new Promise((resolve) => setTimeout(resolve, 250))) {
    const value = await look();
    if (isSo(value)) return value;
    if (performance.now() > deadline) throw new Error(`${what}: not in time: ${JSON.stringify(value)}`);
  }
}

/** @param {import("../../chaos/ops-client.mjs").OpsClient} ops @param {string} tenantId @param {string} key */
async function save(ops, tenantId, key) {
  const { id } = await ops.post("/api/ops/snapshots", { tenant_id: tenantId, module_key: key, note: "a rehearsal" });
  const isOver = (/** @type {any} */ { status }) => status === "sealed" || status === "failed";
  const row = await until(() => ops.get(`/api/ops/snapshots/${id}`), isOver, `the snapshot of ${key}`);
  if (row.status !== "sealed") throw new Error(`the snapshot of ${key} failed: ${row.failure}`);
  report(`${key}: ${row.rows} rows saved, ${(row.bytes / 1024 / 1024).toFixed(1)} MiB`);
  return row;
}

/** @param {import("../../chaos/ops-client.mjs").OpsClient} ops @param {{ id: string, module_key: string }} snapshot */
async function putBack(ops, { id: snapshotId, module_key: key }) {
  const { id } = await ops.post(`/api/ops/snapshots/${snapshotId}/restore`, { reason: "the rows were damaged, on purpose" });
  const row = await until(
    () => ops.get(`/api/ops/restores/${id}`),
    ({ status }) => status === "done" || status === "failed",
    `the restore of ${key}`,
  );
  report(`${key}: ${row.status}${row.detail ? `, ${row.detail}` : ""}`);
  return row;
}

/** @param {number} rows @param {string} dataDir */
async function exercise(rows, dataDir) {
  const identity = identityService();
  const center = await startCenter({ root, dataDir, env: identity.environment });
  report(`Center is ready at ${center.url}`);
  const ops = opsClient({ url: center.url, token: () => identity.token() });
  const keepers = await startKeepers({ url: center.url, ops, databaseUrl: center.superuserUrl, dataDir });
  try {
    const [tenant, ...others] = keepers.tenants;
    await fillTenant(keepers.owner, tenant.id, rows);
    await until(
      () => ops.get("/api/ops/modules"),
      ({ items }) => items.length === 2 && items.every((/** @type {any} */ one) => one.presence === "ok"),
      "modules",
    );
    const before = await sumRows(keepers.owner, tenant.id);
    const theirs = await readRows(keepers.owner, others);
    const snapshots = [await save(ops, tenant.id, "catalog"), await save(ops, tenant.id, "billing")];
    await damageTenant(keepers.owner, tenant.id);
    const damagedAt = Date.now();
    const isDamaged = (await sumRows(keepers.owner, tenant.id)).digest !== before.digest;
    if (!isDamaged) throw new Error("nothing was damaged: this shows nothing");
    const sinceMs = performance.now();
    const restores = await Promise.all(snapshots.map((snapshot) => putBack(ops, snapshot)));
    const rtoMs = Math.round(performance.now() - sinceMs);
    const after = await sumRows(keepers.owner, tenant.id);
    const now = await readRows(keepers.owner, others);
    report(`${before.rows} rows before, ${after.rows} after`);
    const oldest = Math.min(...snapshots.map(({ taken_at: takenAt }) => Date.parse(takenAt)));
    return {
      equal: after.digest === before.digest && restores.every(({ status, is_equal: isEqual }) => status === "done" && isEqual),
      others_changed: [...theirs].filter((row) => !now.has(row)).length + [...now].filter((row) => !theirs.has(row)).length,
      rto_ms: rtoMs,
      rpo_ms: damagedAt - oldest,
    };
  } finally {
    await keepers.stop();
    await center.stop();
  }
}

const rows = readRowsWanted(process.argv.slice(2));
await setUp({ purpose: "check", root, env: process.env, print: report });
const dataDir = fs.mkdtempSync(path.join(tmpdir(), "center-drill-"));
const onSignal = () => {
  endAllUnder(dataDir);
  process.exit(1);
};
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, onSignal);
const shown = await exercise(rows, dataDir).catch((error) => {
  endAllUnder(dataDir);
  report(`what was found is kept in ${dataDir}`);
  throw error;
});
fs.rmSync(dataDir, { recursive: true, force: true });
console.log(JSON.stringify(shown));
process.exit(shown.equal && shown.others_changed === 0 ? 0 : 1);
