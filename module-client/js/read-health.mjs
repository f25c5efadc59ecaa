import { MODULE_LIMITS } from "./limits.mjs";

/** @typedef {import("./types.d.mts").Health} Health */

/**
 * How the module is, by its own check and its invariants. A check that throws or takes too long is a failed one: what cannot be known is never ok.
 * @param {import("./types.d.mts").DefinedModule} definition
 * @param {(() => Health | Promise<Health>) | undefined} readOwn
 * @returns {Promise<Health>}
 */
export async function readHealth(definition, readOwn) {
  /** @type {Health} */
  const own = readOwn
    ? await within(Promise.resolve().then(readOwn), (error) => ({ status: "down", checks: { own: failed(error) } }))
    : { status: "ok", checks: {} };
  const invariants = await Promise.all(
    definition.handlers.invariants.map(async ({ id, check }) => {
      const found = await within(
        Promise.resolve().then(() => check(null)),
        (error) => ({ ...failed(error), isUnknown: true }),
      );
      const detail = found.detail === undefined ? {} : { detail: String(found.detail).slice(0, 300) };
      return /** @type {const} */ ([
        id,
        {
          ok: found.ok === true,
          ...(found.isUnknown === true ? { unknown: true } : {}),
          ...detail,
          ...(Number.isFinite(found.count) ? { count: found.count } : {}),
        },
      ]);
    }),
  );
  const checks = { ...own.checks, ...Object.fromEntries(invariants) };
  const isBroken = Object.values(checks).some(({ ok }) => !ok);
  const status = own.status === "ok" && isBroken ? "degraded" : own.status;
  return { status, checks: Object.fromEntries(Object.entries(checks).slice(0, MODULE_LIMITS.checksPerBeat)) };
}

/**
 * How much waits, by the module's own word; nothing where it cannot say it in time: a beat never waits for what stands still.
 * @param {(() => Record<string, number> | Promise<Record<string, number>>) | undefined} readQueue
 * @returns {Promise<Record<string, number>>}
 */
export async function readQueueInTime(readQueue) {
  return readQueue ? within(Promise.resolve().then(readQueue), () => ({})) : {};
}

/** @param {unknown} error */
const failed = (error) => ({ ok: false, detail: String(/** @type {Error} */ (error)?.message ?? error).slice(0, 300) });

/**
 * @template Result
 * @param {Promise<Result>} work @param {(error: unknown) => any} otherwise @returns {Promise<any>}
 */
async function within(work, otherwise) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), MODULE_LIMITS.healthTimeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    return otherwise(error);
  } finally {
    clearTimeout(timer);
  }
}
