/**
 * Makes the agent's logger: one JSON record a line.
 * A reader that went away must not take the agent down, so a broken stdout silences the log and nothing else.
 * @param {{ pluginId: string, now?: () => number, write?: (line: string) => void }} options
 * @returns {import("./types.d.mts").Log}
 */
export function createLog({ pluginId, now = Date.now, write = writeToStdout() }) {
  return (level, message, fields = {}) => {
    write(`${JSON.stringify({ ts: new Date(now()).toISOString(), level, class: "INTEGRITY", plugin_id: pluginId, message, ...fields })}\n`);
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
