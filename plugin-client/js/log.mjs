const CODE_OF = { debug: "INFO_AGENT", info: "INFO_AGENT", warn: "WARN_AGENT", error: "ERR_AGENT" };

/**
 * One record in the platform's own form, so that an agent's lines read like Center's; a field given with the message wins.
 * @param {string} level @param {string} message @param {Record<string, unknown>} fields @param {number} nowMs
 */
export function logRecord(level, message, fields, nowMs) {
  const code = CODE_OF[/** @type {keyof typeof CODE_OF} */ (level)] ?? "INFO_AGENT";
  const subject = { trace_id: null, tenant_id: null, actor_id: null, module_id: "agent" };
  return `${JSON.stringify({ ts: new Date(nowMs).toISOString(), level, code, class: "INTEGRATION", ...subject, message, ...fields })}\n`;
}

/**
 * Makes the agent's logger: one JSON record a line.
 * A reader that went away must not take the agent down, so a broken stdout silences the log and nothing else.
 * @param {{ pluginId: string, now?: () => number, write?: (line: string) => void }} options
 * @returns {import("./types.d.mts").Log}
 */
export function createLog({ pluginId, now = Date.now, write = writeToStdout() }) {
  return (level, message, fields = {}) => {
    write(logRecord(level, message, { actor_id: `plugin:${pluginId}`, ...fields }, now()));
  };
}

function writeToStdout() {
  let broken = false;
  process.stdout.on("error", () => {
    broken = true;
  });
  return (/** @type {string} */ line) => {
    if (!broken) process.stdout.write(line);
  };
}
