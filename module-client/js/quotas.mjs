/** Counts uses per tenant within windows that begin with their first use. */
export class Quotas {
  #quotas;
  /** @type {Map<string, { since: number, used: number }>} */
  #windows = new Map();

  /** @param {import("./types.d.mts").DefinedModule["quotas"]} quotas */
  constructor(quotas) {
    this.#quotas = quotas;
  }

  /**
   * @param {string} name @param {string} tenantId @param {number} count @param {number} nowMs @param {number} [share] of the allowance that is granted, 0..1
   * @returns {{ isGranted: boolean, used: number, limit: number }} nothing is taken when it does not all fit; `limit` as it was declared
   * @throws {RangeError} for a quota that was not declared
   */
  take(name, tenantId, count, nowMs, share = 1) {
    const quota = this.#quotas[name];
    if (!quota) throw new RangeError(`no quota "${name}" was declared`);
    const key = `${name} ${tenantId}`;
    const open = this.#windows.get(key);
    const window = open && nowMs - open.since < quota.windowSeconds * 1_000 ? open : { since: nowMs, used: 0 };
    const isGranted = window.used + count <= Math.max(1, Math.floor(quota.limit * share));
    if (isGranted) window.used += count;
    this.#windows.set(key, window);
    return { isGranted, used: window.used, limit: quota.limit };
  }
}
