/**
 * `node module-client/supervise.mjs --config FILE [--dir DIR] [--health URL] [--app-version X.Y.Z] -- COMMAND ...`: runs any command as its
 * child, points its OpenTelemetry SDK at Center by the environment alone, and restarts it when a signed order says so.
 */
import { readSettings } from "./js/supervisor/read-settings.mjs";
import { supervise } from "./js/supervisor/supervise.mjs";

/** Asked once or more often, it ends in its own order: a second signal must not leave the command behind. */
const askedToEnd = new Promise((resolve) => {
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, resolve);
});

try {
  const { settings, command } = readSettings(process.argv.slice(2));
  const supervisor = supervise(settings, command, (text) => console.error(`supervise: ${text}`));
  await askedToEnd;
  await supervisor.stop();
  process.exit(0);
} catch (error) {
  console.error(`supervise: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
