import { asOwner } from "../database/migrate.mjs";
import { FAULTS } from "./faults.mjs";

/**
 * Breaks the platform, or mends what was broken; what was before is kept in the database, so that either may be a process of its own.
 * @param {import("../read-settings.mjs").Settings} settings
 * @param {string} name of FAULTS
 * @param {boolean} isUndo
 * @param {string} [slug] the one tenant whose rows and files are spoilt; all of them unless said
 * @returns {Promise<string>} what was done
 * @throws {RangeError} for a name that is none, or an undo of what nobody did
 */
export async function strike(settings, name, isUndo, slug) {
  const fault = FAULTS[name];
  if (!fault) throw new RangeError(`"${name}" is no fault; known: ${Object.keys(FAULTS).join(", ")}`);
  const tenantId = slug === undefined ? null : settings.tenants.find((tenant) => tenant.slug === slug)?.id;
  if (tenantId === undefined) throw new RangeError(`"${slug}" is no tenant of the platform`);
  const control = (/** @type {string} */ order, params = {}) => askControl(settings, order, params);
  return /** @type {Promise<string>} */ (
    asOwner(settings.database.platform_owner, async (sql) => {
      const means = { sql, dir: settings.dir, control, tenantId };
      if (isUndo) {
        const [kept] = await sql`DELETE FROM faults WHERE fault = ${name} RETURNING before`;
        if (!kept) throw new RangeError(`${name} is not broken`);
        return fault.undo(means, kept.before);
      }
      const { told, before = {} } = await fault.apply(means);
      await sql`INSERT INTO faults (fault, before) VALUES (${name}, ${sql.json(/** @type {any} */ (before))}) ON CONFLICT (fault) DO UPDATE SET at = now(), before = excluded.before`;
      return told;
    })
  );
}

/** @param {import("../read-settings.mjs").Settings} settings @param {string} order @param {object} params */
export async function askControl(settings, order, params) {
  const answer = await fetch(`http://127.0.0.1:${settings.ports.control}/${order}`, {
    method: "POST",
    headers: { authorization: `Bearer ${settings.control_token}` },
    body: JSON.stringify(params),
  });
  if (!answer.ok) throw new Error(`the platform answered ${answer.status} to ${order}`);
  return answer.json();
}
