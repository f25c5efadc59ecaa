import { join } from "node:path";
import { defineModule } from "../define-module.mjs";
import { MODULE_LIMITS } from "../limits.mjs";
import { startModuleAgent } from "../start-module-agent.mjs";
import { KeptChild } from "./kept-child.mjs";

/** Signals about nobody in particular are the platform's own, and say so: an application that knows no tenants speaks for all of them. */
const EVERYBODY = "00000000-0000-0000-0000-000000000000";

/**
 * What an OpenTelemetry SDK reads by itself, so that the application need not know of Center; what is set already stays.
 * @param {import("./supervise.d.mts").Settings} settings @param {Readonly<Record<string, string | undefined>>} env
 * @returns {any}
 */
export function exporterEnvironment({ centerUrl, key, token }, env) {
  const base = centerUrl.replace(/\/+$/, "");
  const resource = env.OTEL_RESOURCE_ATTRIBUTES ?? "";
  // Whoever named a collector sends there: it is told no token of ours, which proves the module to Center.
  const isElsewhere = Object.entries(env).some(([name, value]) => /^OTEL_EXPORTER_OTLP_(.+_)?ENDPOINT$/.test(name) && value);
  const sending = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${base}/api/otlp`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    // Values are percent-encoded, as W3C Baggage has it: a blank in them is refused by some SDKs.
    ...(token ? { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${token}` } : {}),
  };
  return {
    OTEL_SERVICE_NAME: key,
    ...(isElsewhere ? {} : sending),
    ...env,
    OTEL_RESOURCE_ATTRIBUTES: /(^|,)tenant\.id=/.test(resource) ? resource : [resource, `tenant.id=${EVERYBODY}`].filter(Boolean).join(","),
  };
}

/** @param {string | null} url @returns {Promise<{ ok: boolean, detail: string }>} */
async function askHealth(url) {
  if (url === null) return { ok: true, detail: "" };
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(MODULE_LIMITS.healthTimeoutMs / 2), redirect: "manual" });
    return status < 500 ? { ok: true, detail: "" } : { ok: false, detail: `${url} answers ${status} (ERR_TIMEOUT)` };
  } catch {
    return { ok: false, detail: `${url} does not answer (ERR_TIMEOUT)` };
  }
}

/**
 * Runs a command as a child and takes Center's signed orders for it: the module agent's own checks (signature, module, expiry, journal)
 * decide whether an order is obeyed, and `restart` ends the child and begins it again. The command itself is not changed and knows nothing.
 *
 * @param {import("./supervise.d.mts").Settings} settings
 * @param {readonly string[]} command
 * @param {(text: string) => void} log
 * @returns {import("./supervise.d.mts").Supervisor}
 * @throws {TypeError} when the settings declare no module
 */
export function supervise(settings, command, log = () => undefined) {
  const { key, title, criticality, version, centerUrl, moduleId, secret, pinnedKeys, dir, healthUrl = null, beatSeconds } = settings;
  const child = new KeptChild({ command, env: exporterEnvironment(settings, process.env), file: join(dir, "child.json"), log });
  const definition = defineModule({
    ...{ key, title, version, criticality, namespace: key.replaceAll("-", "_") },
    actions: { restart: ({ signal }) => child.restart(signal, async () => (await askHealth(healthUrl)).ok) },
  });
  const agent = startModuleAgent({
    ...{ centerUrl, moduleId, secret, pinnedKeys, definition, dir, beatSeconds },
    log: (_level, text, details) => log(`${text}${details ? ` ${JSON.stringify(details)}` : ""}`),
    async readHealth() {
      const runs = child.state;
      const checks = {
        runs,
        ...(healthUrl === null ? {} : { answers: runs.ok ? await askHealth(healthUrl) : { ok: false, detail: runs.detail } }),
      };
      const isOk = Object.values(checks).every(({ ok }) => ok);
      return { status: isOk ? "ok" : "down", checks };
    },
  });
  // The agent holds the directory from here on, so that what is written there as running is nobody else's.
  const kill = () => child.kill();
  process.on("exit", kill);
  child.begin().catch((error) => log(`the command cannot be begun: ${error.message}`));
  return {
    child,
    agent,
    async stop() {
      child.close();
      await Promise.all([child.stop(), agent.stop()]);
      process.off("exit", kill);
    },
  };
}
