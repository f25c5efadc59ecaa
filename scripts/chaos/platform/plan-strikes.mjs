/**
 * What is struck. `healed`: Center and the platform have to be OK again by themselves. `world`: somebody else's part fails for a while and comes back;
 * what counts is how soon all is OK after it came back. `isOneTenants`: one tenant's rows or files alone are spoilt. `slowsCore`: the core itself
 * cannot do without it. `governed`: of which module a governed fix (level 2) mends it.
 *
 * @typedef {{ fault: string, kind: "healed" | "world", isOneTenants: boolean, slowsCore?: boolean, governed?: string }} Strikable
 * @type {readonly Strikable[]}
 */
const STRIKABLE = [
  { fault: "scheduler-dead", kind: "healed", isOneTenants: false },
  { fault: "queue-full", kind: "healed", isOneTenants: true },
  { fault: "cache-corrupt", kind: "healed", isOneTenants: true },
  { fault: "index-rows-lost", kind: "healed", isOneTenants: true },
  { fault: "invoices-skewed", kind: "healed", isOneTenants: true, governed: "billing" },
  { fault: "permission-excess", kind: "healed", isOneTenants: true, governed: "catalog" },
  { fault: "ocr-wrong", kind: "healed", isOneTenants: false },
  { fault: "storage-missing", kind: "world", isOneTenants: true },
  { fault: "integration-down", kind: "world", isOneTenants: false },
  { fault: "database-slow", kind: "world", isOneTenants: false, slowsCore: true },
  { fault: "database-away", kind: "world", isOneTenants: false, slowsCore: true },
];

const HELD_MS = /** @type {const} */ ([8_000, 20_000]);

/** @typedef {Strikable & { slug: string | null, heldMs: number }} Strike */

/**
 * Every fault once, in an order, at tenants and for times that are the generator's choice; but what the world does (the database slow or away) comes after
 * governed fixes: it spends the error budgets of all modules, and a module whose budget burned before is fixed on somebody's word only, as it
 * should be (docs/decisions/0022).
 *
 * @param {import("../seeded-random.mjs").Random} random @param {readonly string[]} slugs
 * @returns {Strike[]}
 */
export function planStrikes(random, slugs) {
  const left = [...STRIKABLE];
  const plan = /** @type {Strike[]} */ ([]);
  while (left.length > 0) {
    const isFixLeft = left.some(({ governed }) => governed);
    const next = random.pick(left.filter(({ kind }) => !isFixLeft || kind === "healed"));
    left.splice(left.indexOf(next), 1);
    const slug = random.pick(slugs);
    plan.push({ ...next, slug: next.isOneTenants ? slug : null, heldMs: Math.round(random.between(...HELD_MS)) });
  }
  return plan;
}
