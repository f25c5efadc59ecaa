/**
 * One record a line on the standard output, in the platform's own form. A reader that went away silences the log and nothing else.
 * @param {"info" | "warn" | "error"} level @param {string} code @param {string} message @param {Record<string, unknown>} [fields]
 */
export function log(level, code, message, fields = {}) {
  const subject = { class: "INTEGRATION", trace_id: null, tenant_id: null, actor_id: null, module_id: "platform" };
  if (!isBroken) process.stdout.write(`${JSON.stringify({ ts: new Date().toISOString(), level, code, ...subject, message, ...fields })}\n`);
}

let isBroken = false;
process.stdout.on("error", () => {
  isBroken = true;
});

/** A program's own signals and its parent's end both close it. @param {() => Promise<void>} close */
export function closeOnSignal(close) {
  let isClosing = false;
  const stop = async () => {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => process.exit(0), 5_000).unref();
    await close().catch((error) => log("error", "ERR_UNAVAILABLE", `could not close: ${error.message}`));
    process.exit(0);
  };
  for (const event of ["SIGTERM", "SIGINT", "disconnect"]) process.on(event, stop);
}
