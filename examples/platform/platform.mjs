import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { defineModule } from "../../module-client/js/define-module.mjs";
import { PLATFORM_TENANT } from "../../module-client/js/signals/make-signal.mjs";
import { startModuleAgent } from "../../module-client/js/start-module-agent.mjs";
import { openPool } from "./database/open-pool.mjs";
import { closeOnSignal, log } from "./log.mjs";
import { schedulerDeclaration } from "./modules/scheduler.mjs";
import { startControl } from "./parent/control.mjs";
import { Driver } from "./parent/driver.mjs";
import { Program } from "./parent/keep-program.mjs";
import { startProxy } from "./parent/start-proxy.mjs";
import { readSettings, throughProxy } from "./read-settings.mjs";
import { withRepairs } from "./repairs/with-repairs.mjs";
import { enqueue, readQueue, unshelveSome } from "./scheduler/queue.mjs";

const REQUEST_EVERY_MS = 400;
const QUEUE_EVERY_MS = 10_000;

/**
 * The platform as a process: its proxies, its programs (front, scheduler, somebody else's service), the scheduler's agent and the traffic.
 * Environment: PLATFORM_FILE (read-settings.mjs), PLATFORM_REQUEST_EVERY_MS. SIGTERM, SIGINT or the end of the parent close it.
 */
async function main() {
  const settings = readSettings(process.env.PLATFORM_FILE);
  mkdirSync(settings.dir, { recursive: true, mode: 0o700 });
  const database = new URL(settings.database.platform_app);
  const target = { host: database.hostname, port: Number(database.port || 5432) };
  const proxy = await startProxy({ port: settings.ports.proxy, target: () => target });
  const sql = openPool(throughProxy(settings, "scheduler"), { max: 2 });
  const worker = startScheduler(settings, sql);
  const front = new Program({ file: "front.mjs", isKept: true });
  const rates = await openRates(settings.ports.external);
  const { external } = rates;
  for (const program of [external, front, worker.program]) program.start();

  const driver = new Driver({
    frontUrl: `http://127.0.0.1:${settings.ports.front}`,
    tenants: settings.tenants,
    everyMs: Number(process.env.PLATFORM_REQUEST_EVERY_MS) || REQUEST_EVERY_MS,
    enqueue: worker.enqueue,
  });
  driver.start();
  const orders = {
    "database-delay": (/** @type {{ ms: number }} */ { ms }) => proxy.setDelay(Number(ms) || 0),
    "database-cut": (/** @type {{ is_cut: boolean }} */ { is_cut: isCut }) => proxy.setCut(isCut === true),
    "external-cut": (/** @type {{ is_cut: boolean }} */ { is_cut: isCut }) => rates.setCut(isCut === true),
    "scheduler-start": () => worker.program.start(),
    state: () => ({ delay_ms: proxy.delay(), pids: { front: front.pid, scheduler: worker.program.pid, external: external.pid } }),
  };
  const control = await startControl({ port: settings.ports.control, token: settings.control_token, orders });
  log("info", "INFO_STARTED", `The platform runs for ${settings.tenants.length} tenants`);
  closeOnSignal(async () => {
    driver.close();
    control.close();
    control.closeAllConnections();
    await Promise.all([front.stop(), external.stop(), worker.stop()]);
    await sql.end({ timeout: 1 });
    proxy.close();
    rates.close();
  });
}

/** Somebody else's service, on a port of its own choice, and what stands between it and the platform. @param {number} port where the platform asks for it */
async function openRates(port) {
  /** @type {{ host: string, port: number } | null} */
  let target = null;
  const onMessage = (/** @type {any} */ message) => {
    if (message.port) target = { host: "127.0.0.1", port: message.port };
  };
  const { setCut, close } = await startProxy({ port, target: () => target });
  return { external: new Program({ file: "external.mjs", isKept: true, onMessage }), setCut, close };
}

/**
 * The scheduler's program with the agent that stands beside it. Dead, it is not started again by itself: that is what the order `restart` is for.
 * @param {import("./read-settings.mjs").Settings} settings @param {import("postgres").Sql} sql
 */
function startScheduler(settings, sql) {
  let heardAt = Date.now();
  const onMessage = (/** @type {any} */ message) => {
    heardAt = Date.now();
    if (message.job) tellJob(agent, message.job);
  };
  const program = new Program({ file: "scheduler.mjs", isKept: false, onMessage });
  const restart = async () => {
    await program.stop();
    heardAt = Date.now();
    program.start();
    return { pid: program.pid };
  };
  const declaration = schedulerDeclaration({ sql, process: { isAlive: () => program.isAlive(), heardAt: () => heardAt, restart } });
  const openRepair = (/** @type {string} */ _tenantId, /** @type {string} */ _reason, /** @type {any} */ work) => sql.begin(work);
  const definition = defineModule(withRepairs(declaration, /** @type {any} */ (openRepair), settings.dir));
  const agent = startModuleAgent({
    centerUrl: settings.center_url,
    moduleId: settings.modules.scheduler.id,
    secret: settings.modules.scheduler.secret,
    pinnedKeys: settings.trust.keys,
    definition,
    dir: join(settings.dir, "agents", "scheduler"),
    readQueue: () => readQueue(sql),
    knowsTenant: (tenantId) => settings.tenants.some(({ id }) => id === tenantId),
    log: (level, message, fields) => level !== "info" && log(level, "WARN_AGENT", message, { module_id: "scheduler", ...fields }),
  });
  const watching = setInterval(() => watchQueue(agent, sql).catch((error) => tellDatabase(agent, error)), QUEUE_EVERY_MS);
  return {
    program,
    enqueue: (/** @type {string} */ tenantId) => addReminder(agent, sql, tenantId),
    async stop() {
      clearInterval(watching);
      await Promise.all([program.stop(), agent.stop()]);
    },
  };
}

/** @param {import("../../module-client/js/types.d.mts").ModuleAgent} agent @param {any} job */
function tellJob(agent, { tenantId, kind, ms, tries, ok, message, isDead }) {
  agent.measure.request({ tenantId, surface: "job", ms, ok });
  if (ok) return;
  if (!isDead) agent.metric("retries", tenantId, 1, { surface: "job" });
  const [code, level] = isDead ? /** @type {const} */ (["ERR_DEAD_LETTER", "error"]) : /** @type {const} */ (["WARN_JOB_RETRIED", "warn"]);
  agent.log(code, level, `${kind}: ${message}`, { tenantId, class: "DATA", attributes: { kind, tries } });
  if (isDead) agent.metric("dead_letters", tenantId, 1, { surface: "job" });
}

/** @param {import("../../module-client/js/types.d.mts").ModuleAgent} agent @param {import("postgres").Sql} sql */
async function watchQueue(agent, sql) {
  const { depth, capacity, shelved } = await readQueue(sql);
  agent.metric("queue_depth", PLATFORM_TENANT, depth, { surface: "job" });
  agent.metric("queue_capacity", PLATFORM_TENANT, capacity, { surface: "job" });
  if (shelved > 0 && agent.mode() === "normal") await unshelveSome(sql);
}

/** @param {import("../../module-client/js/types.d.mts").ModuleAgent} agent @param {import("postgres").Sql} sql @param {string} tenantId */
async function addReminder(agent, sql, tenantId) {
  if (!agent.isEntitled(tenantId) || !agent.isEnabled("reminders", tenantId)) return;
  try {
    const isTaken = await enqueue(sql, { tenantId, id: randomUUID(), kind: "remind" });
    if (!isTaken) agent.log("ERR_QUEUE_FULL", "error", "The queue takes no more jobs", { tenantId, class: "PERF" });
  } catch (error) {
    tellDatabase(agent, error);
  }
}

/** @param {import("../../module-client/js/types.d.mts").ModuleAgent} agent @param {unknown} error */
function tellDatabase(agent, error) {
  agent.log("ERR_DATABASE", "error", `The queue could not be reached: ${/** @type {Error} */ (error).message}`, {
    tenantId: PLATFORM_TENANT,
    class: "PERF",
  });
}

main().catch((error) => {
  log("error", "ERR_UNAVAILABLE", `The platform could not start: ${error.message}`);
  process.exit(1);
});
