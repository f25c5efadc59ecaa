import { digestOf } from "./canonical-json.mjs";
import { ACTION_TYPES } from "./command-types.mjs";
import { MODULE_LIMITS } from "./limits.mjs";

const MEMBERS = new Set([
  ...["key", "title", "version", "namespace", "criticality", "flags", "quotas", "dependencies"],
  ...["invariants", "repairJobs", "actions", "snapshot"],
]);
const KEY = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const VERSION = /^\d+\.\d+\.\d+(-[0-9a-z.-]+)?$/;
const CRITICALITIES = ["core", "standard", "optional"];

/**
 * Declares a part of a platform: what it is called and owns, what it depends on, what must hold, and how it is mended.
 *
 * @param {import("./types.d.mts").ModuleDeclaration} declaration
 * @returns {import("./types.d.mts").DefinedModule} the declaration checked, with the manifest that Center is told and its digest
 * @throws {TypeError} naming the first member that is wrong: a module that is declared wrongly must not start
 */
export function defineModule(declaration) {
  demand(isPlain(declaration), "a module is declared by an object");
  for (const member of Object.keys(declaration)) demand(MEMBERS.has(member), `"${member}" is nothing that a module declares`);
  checkIdentity(declaration);
  const { flags = {}, quotas = {}, dependencies = [], invariants = [], repairJobs = [], actions = {}, snapshot = null } = declaration;
  checkFlags(flags);
  checkQuotas(quotas);
  checkDependencies(dependencies, declaration.key);
  checkInvariants(invariants);
  checkActions(actions);
  if (snapshot !== null) demand(isCallable(snapshot.take) && isCallable(snapshot.restore), "snapshot: take and restore are functions");
  checkRepairJobs(repairJobs, snapshot);

  const { key, title, version, namespace, criticality } = declaration;
  const manifest = {
    key,
    title,
    version,
    namespace,
    criticality,
    flags: Object.fromEntries(
      Object.entries(flags).map(([name, flag]) => [name, { default: flag.default, critical: flag.critical === true }]),
    ),
    quotas: Object.fromEntries(
      Object.entries(quotas).map(([name, quota]) => [name, { limit: quota.limit, window_s: quota.windowSeconds }]),
    ),
    dependencies: [...dependencies].sort(),
    invariants: invariants.map(({ id, level }) => ({ id, level })),
    repair_jobs: repairJobs.map(({ key: job, version: jobVersion, level }) => ({ key: job, version: jobVersion, level })),
    actions: Object.keys(actions).sort(),
    snapshot: snapshot !== null,
  };
  const handlers = { invariants: [...invariants], repairJobs: [...repairJobs], actions: { ...actions }, snapshot };
  return Object.freeze({ key, version, criticality, namespace, flags, quotas, manifest, digest: digestOf(manifest), handlers });
}

/** @param {any} declaration */
function checkIdentity({ key, title, version, namespace, criticality }) {
  demand(typeof key === "string" && key.length <= MODULE_LIMITS.keyLength && KEY.test(key), "key: lower-case words joined by hyphens");
  demand(typeof title === "string" && title.trim().length > 0 && title.length <= 80, "title: 1 to 80 characters");
  demand(typeof version === "string" && VERSION.test(version), "version: major.minor.patch");
  demand(
    typeof namespace === "string" && namespace.length <= MODULE_LIMITS.keyLength && NAME.test(namespace),
    "namespace: words joined by _",
  );
  demand(CRITICALITIES.includes(criticality), `criticality: one of ${CRITICALITIES.join(", ")}`);
}

/** @param {any} flags */
function checkFlags(flags) {
  checkNamed(flags, "flags");
  for (const [name, flag] of Object.entries(flags)) {
    demand(typeof flag?.default === "boolean", `flags.${name}: default is true or false`);
    demand(flag.critical === undefined || typeof flag.critical === "boolean", `flags.${name}: critical is true or false`);
  }
}

/** @param {any} quotas */
function checkQuotas(quotas) {
  checkNamed(quotas, "quotas");
  for (const [name, quota] of Object.entries(quotas)) {
    demand(Number.isSafeInteger(quota?.limit) && quota.limit > 0, `quotas.${name}: limit is a whole number above 0`);
    demand(Number.isSafeInteger(quota.windowSeconds) && quota.windowSeconds > 0, `quotas.${name}: windowSeconds is a whole number above 0`);
  }
}

/** @param {any} dependencies @param {string} own */
function checkDependencies(dependencies, own) {
  demand(Array.isArray(dependencies) && dependencies.length <= MODULE_LIMITS.dependencies, "dependencies: a list of module keys");
  for (const key of dependencies)
    demand(typeof key === "string" && KEY.test(key) && key !== own, `dependencies: "${key}" is no other module's key`);
}

/** @param {any} invariants */
function checkInvariants(invariants) {
  checkList(invariants, "invariants", "id");
  for (const { id, level, check } of invariants) {
    demand(isLevel(level), `invariants.${id}: level is 1, 2 or 3`);
    demand(isCallable(check), `invariants.${id}: check is a function`);
  }
}

/** @param {any} actions */
function checkActions(actions) {
  demand(isPlain(actions), "actions: an object of functions");
  for (const [type, handler] of Object.entries(actions)) {
    demand(ACTION_TYPES.includes(type), `actions.${type} is no action; known: ${ACTION_TYPES.join(", ")}`);
    demand(isCallable(handler), `actions.${type} is a function`);
  }
}

/** @param {any} jobs @param {any} snapshot */
function checkRepairJobs(jobs, snapshot) {
  checkList(jobs, "repairJobs", "key");
  for (const { key, version, level, dryRun, apply, rollback } of jobs) {
    demand(Number.isSafeInteger(version) && version > 0, `repairJobs.${key}: version is a whole number above 0`);
    demand(isLevel(level), `repairJobs.${key}: level is 1, 2 or 3`);
    demand([dryRun, apply, rollback].every(isCallable), `repairJobs.${key}: dryRun, apply and rollback are functions`);
    // Level 2 changes data: without a snapshot there would be nothing to come back to.
    demand(level === 1 || snapshot !== null, `repairJobs.${key}: from level 2 on a module needs snapshot: { take, restore }`);
  }
}

/** @param {any} named @param {string} member */
function checkNamed(named, member) {
  demand(isPlain(named), `${member}: an object`);
  const names = Object.keys(named);
  demand(names.length <= MODULE_LIMITS.declared, `${member}: at most ${MODULE_LIMITS.declared}`);
  for (const name of names) demand(NAME.test(name) && name.length <= MODULE_LIMITS.keyLength, `${member}: "${name}" is no name`);
}

/** @param {any} list @param {string} member @param {"id" | "key"} by */
function checkList(list, member, by) {
  demand(Array.isArray(list) && list.length <= MODULE_LIMITS.declared, `${member}: a list of at most ${MODULE_LIMITS.declared}`);
  const names = list.map((one) => one?.[by]);
  for (const name of names) demand(typeof name === "string" && NAME.test(name) && name.length <= 64, `${member}: "${name}" is no ${by}`);
  demand(new Set(names).size === names.length, `${member}: two share one ${by}`);
}

const isPlain = (/** @type {unknown} */ value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isCallable = (/** @type {unknown} */ value) => typeof value === "function";
const isLevel = (/** @type {unknown} */ level) => level === 1 || level === 2 || level === 3;

/** @param {unknown} condition @param {string} what */
function demand(condition, what) {
  if (!condition) throw new TypeError(`defineModule: ${what}`);
}
