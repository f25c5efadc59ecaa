import { MODULE_LIMITS } from "../limits.mjs";

/** @typedef {import("../types.d.mts").Mode} Mode */

const SAFEST = /** @type {const} */ ({ normal: 0, degraded: 1, off: 2 });

/** Modes, flags and entitlements as Center said them last, kept in the journal so that a restart forgets none of them. */
export class ModuleState {
  #definition;
  #journal;
  #now;

  /** @param {{ definition: import("../types.d.mts").DefinedModule, journal: import("./journal.mjs").ModuleJournal, now: () => number }} parts */
  constructor({ definition, journal, now }) {
    this.#definition = definition;
    this.#journal = journal;
    this.#now = now;
  }

  /** The safer one of the platform's mode and the tenant's own. @param {string | null} [tenantId] @returns {Mode} */
  mode(tenantId = null) {
    const { platform, tenants } = this.#journal.data.modes;
    const own = tenantId === null ? "normal" : (tenants[tenantId] ?? "normal");
    return SAFEST[own] > SAFEST[platform] ? own : platform;
  }

  /** @param {string | null} tenantId @param {Mode} mode */
  setMode(tenantId, mode) {
    this.#journal.update(({ modes }) => {
      if (tenantId === null) {
        modes.platform = mode;
        // What is said of everybody holds for everybody: nobody is left behind in a mode of before.
        if (mode === "normal") modes.tenants = {};
      } else if (mode === "normal") delete modes.tenants[tenantId];
      else modes.tenants[tenantId] = mode;
    });
  }

  /** Share of its allowances that a tenant is granted: the smaller one of everybody's and its own, 0..1. @param {string} tenantId */
  limitShare(tenantId) {
    const { platform, tenants } = this.#journal.data.limits;
    return Math.min(platform, tenants[tenantId] ?? 1);
  }

  /** @param {string | null} tenantId @param {number} share 1: all of it again */
  setLimitShare(tenantId, share) {
    this.#journal.update(({ limits }) => {
      if (tenantId === null) {
        limits.platform = share;
        // As with modes: nobody is left behind when all are let go.
        if (share === 1) limits.tenants = {};
      } else if (share === 1) delete limits.tenants[tenantId];
      else limits.tenants[tenantId] = share;
    });
  }

  /** @param {string} flag @param {string | null} [tenantId] @returns {boolean} */
  isEnabled(flag, tenantId = null) {
    const declared = this.#definition.flags[flag];
    if (!declared) throw new RangeError(`module ${this.#definition.key} declares no flag "${flag}"`);
    const mode = this.mode(tenantId);
    if (mode === "off" || (mode === "degraded" && declared.critical !== true)) return false;
    const { platform, tenants } = this.#journal.data.flags;
    // Switched off for everybody is off for each: a tenant's own "on" cannot grant what was taken from all.
    if (platform[flag] === false) return false;
    return (tenantId === null ? undefined : tenants[tenantId]?.[flag]) ?? platform[flag] ?? declared.default;
  }

  /** @param {string} flag @param {string | null} tenantId @param {boolean} value */
  setFlag(flag, tenantId, value) {
    this.#journal.update(({ flags }) => {
      if (tenantId === null) flags.platform[flag] = value;
      else flags.tenants[tenantId] = { ...flags.tenants[tenantId], [flag]: value };
    });
  }

  /**
   * Whether a tenant may use this module. The core is free: open whatever Center says or does not. Any other module is closed unless Center
   * said so, and closed again once nobody has confirmed it for a day.
   * @param {string} tenantId
   */
  isEntitled(tenantId) {
    if (this.#definition.criticality === "core") return true;
    const { tenants, confirmedAt } = this.#journal.data.entitlements;
    const age = this.#now() - confirmedAt;
    if (age > MODULE_LIMITS.entitlementsGraceMs) return false;
    return tenants[tenantId]?.includes(this.#definition.key) === true;
  }

  /** Tenants that Center named. @param {string} tenantId */
  isKnownTenant(tenantId) {
    return Object.hasOwn(this.#journal.data.entitlements.tenants, tenantId);
  }

  /** For a beat: modes and flags that are not what was declared. */
  get modes() {
    return this.#journal.data.modes;
  }

  get flags() {
    return this.#journal.data.flags;
  }

  get entitlementsDigest() {
    return this.#journal.data.entitlements.digest;
  }

  /**
   * Takes what an answer to a beat says: always when it differs, and once a minute that it was confirmed.
   * @param {any} said
   */
  takeEntitlements(said) {
    if (typeof said?.digest !== "string") return;
    const { digest, confirmedAt } = this.#journal.data.entitlements;
    const now = this.#now();
    if (isMap(said.tenants)) {
      const tenants = structuredClone(said.tenants);
      this.#journal.update((draft) => {
        draft.entitlements = { digest: said.digest, tenants, confirmedAt: now };
      });
    } else if (said.digest === digest && now - confirmedAt > 60_000) {
      this.#journal.update((draft) => {
        draft.entitlements.confirmedAt = now;
      });
    }
  }
}

/** @param {unknown} value */
function isMap(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((keys) => Array.isArray(keys) && keys.every((key) => typeof key === "string"));
}
