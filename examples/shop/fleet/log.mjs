/**
 * Writes one log record as a JSON line.
 * @param {"info" | "warn" | "error"} level
 * @param {string} code a code of Center's registry (INFO_..., WARN_..., ERR_...)
 * @param {string} message
 * @param {Record<string, unknown>} [fields]
 */
export function log(level, code, message, fields = {}) {
  console.log(
    JSON.stringify({ ts: new Date().toISOString(), level, code, class: "INTEGRATION", module_id: "demo-fleet", message, ...fields }),
  );
}
