import { MODULE_LIMITS } from "../limits.mjs";

/** @typedef {import("../types.d.mts").ModuleCommand} ModuleCommand */
/** @typedef {import("../types.d.mts").DefinedModule} DefinedModule */
/** @typedef {import("./state.mjs").ModuleState} ModuleState */

/** What a module cannot do, said to Center as a refusal and not as a failure. */
export class CannotDo extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.name = "CannotDo";
  }
}

/**
 * Does what a verified command says.
 * @param {ModuleCommand} command
 * @param {{ definition: DefinedModule, state: ModuleState, task: import("../types.d.mts").Task }} parts
 * @returns {Promise<unknown>} what Center is told
 * @throws {CannotDo} when the module declared nothing of that kind
 */
export async function executeCommand(command, { definition, state, task }) {
  const { type, params, tenantId } = command;
  const { actions, repairJobs, snapshot } = definition.handlers;
  switch (type) {
    case "ping":
      return { pong: true, version: definition.version };
    case "set_flag":
      return setFlag(definition, state, params, tenantId);
    case "degrade":
    case "undegrade":
      return changeMode(command, { definition, state, task });
    case "tighten_limits":
    case "restore_limits":
      return changeLimits(command, { definition, state, task });
    case "snapshot_take":
    case "snapshot_restore": {
      if (!snapshot) throw new CannotDo("no_snapshot");
      return type === "snapshot_take" ? snapshot.take(task) : snapshot.restore(task);
    }
    case "repair_dry_run":
    case "repair_apply":
    case "repair_rollback": {
      const job = repairJobs.find(({ key }) => key === params.job);
      if (!job) throw new CannotDo("unknown_job");
      if (params.version !== undefined && params.version !== job.version) throw new CannotDo("other_job_version");
      if (type !== "repair_dry_run" && job.level === 3) throw new CannotDo("level_3_is_for_people");
      return { repair_dry_run: job.dryRun, repair_apply: job.apply, repair_rollback: job.rollback }[type](task);
    }
    default: {
      const handler = actions[type];
      if (!handler) throw new CannotDo("unknown_action");
      return handler(task);
    }
  }
}

/** @param {DefinedModule} definition @param {ModuleState} state @param {Record<string, unknown>} params @param {string | null} tenantId */
function setFlag(definition, state, params, tenantId) {
  const { flag, value } = params;
  if (typeof flag !== "string" || !Object.hasOwn(definition.flags, flag)) throw new CannotDo("unknown_flag");
  if (typeof value !== "boolean") throw new CannotDo("bad_params");
  state.setFlag(flag, tenantId, value);
  return { flag, value };
}

/**
 * The core is never degraded: it serves everybody, whatever else is broken. The mode stands before the module's own handler runs, so that
 * one that fails leaves the module on the safe side; coming back it is the other way round.
 * @type {(command: ModuleCommand, parts: { definition: DefinedModule, state: ModuleState, task: import("../types.d.mts").Task }) => Promise<unknown>}
 */
async function changeMode({ type, params, tenantId }, { definition, state, task }) {
  if (definition.criticality === "core") throw new CannotDo("core_is_never_degraded");
  const handler = definition.handlers.actions[type];
  if (type === "undegrade") {
    const detail = await handler?.(task);
    state.setMode(tenantId, "normal");
    return { mode: "normal", detail: detail ?? null };
  }
  const mode = params.mode === "off" ? "off" : "degraded";
  state.setMode(tenantId, mode);
  return { mode, detail: (await handler?.(task)) ?? null };
}

/**
 * Half of each allowance, for one tenant or for all, until it is given back; what is granted is counted by the agent itself (`takeQuota`), so that
 * it holds before the module's own handler runs, and longer than that when it fails. The core keeps what it grants.
 * @type {(command: ModuleCommand, parts: { definition: DefinedModule, state: ModuleState, task: import("../types.d.mts").Task }) => Promise<unknown>}
 */
async function changeLimits({ type, tenantId }, { definition, state, task }) {
  const handler = definition.handlers.actions[type];
  if (!handler) throw new CannotDo("unknown_action");
  if (definition.criticality === "core") throw new CannotDo("core_is_never_degraded");
  const share = type === "tighten_limits" ? MODULE_LIMITS.tightenedShare : 1;
  if (share < 1) state.setLimitShare(tenantId, share);
  const detail = (await handler(task)) ?? null;
  if (share === 1) state.setLimitShare(tenantId, share);
  return { share, detail };
}

/** Cuts what a handler answered to what Center takes. @param {unknown} result @returns {unknown} */
export function boundedResult(result) {
  const text = JSON.stringify(result ?? null);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MODULE_LIMITS.resultBytes) return JSON.parse(text);
  throw new RangeError(`the result has ${bytes} bytes, more than ${MODULE_LIMITS.resultBytes}`);
}
