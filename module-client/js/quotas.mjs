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
   * @param {string} name @param {string} tenantId @param {number} count @param {number} nowMs
   * @returns {{ isGranted: boolean, used: number, limit: number }} nothing is taken when it does not all fit
   * @throws {RangeError} for a quota that was not declared
   */
  take(name, tenantId, count, nowMs) {
    const quota = this.#quotas[name];
    if (!quota) throw new RangeError(`no quota "${name}" was declared`);
    const key = `${name} ${tenantId}`;
    const open = this.#windows.get(key);
    const window = open && nowMs - open.since < quota.windowSeconds * 1_000 ? open : { since: nowMs, used: 0 };
    const isGranted = window.used + count <= quota.limit;
    if (isGranted) window.used += count;
    this.#windows.set(key, window);
    return { isGranted, used: window.used, limit: quota.limit };
  }
}
