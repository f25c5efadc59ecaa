import { readFileSync } from "node:fs";

/**
 * Who the platform is to Center, and where everything lies. Written once by whoever sets the platform up (in the demo, Center's seed).
 * @typedef {{ center_url: string, dir: string,
 *   database: Record<"platform_owner" | "platform_app" | "platform_scheduler" | "platform_watch", string>,
 *   tenants: { id: string, slug: string, name: string }[],
 *   modules: Record<string, { id: string, secret: string, token: string }>,
 *   trust: { keys: { keyid: string, public_key: string }[] },
 *   ports: Record<"front" | "external" | "proxy" | "control", number>, control_token: string }} Settings
 */

export const MODULE_KEYS = ["catalog", "billing", "search", "cache", "exports", "ocr", "storage", "scheduler", "integration"];

/**
 * @param {string | undefined} file
 * @returns {Settings}
 * @throws {Error} naming what is missing
 */
export function readSettings(file) {
  if (!file) throw new Error("PLATFORM_FILE must name the platform's settings");
  const settings = JSON.parse(readFileSync(file, "utf8"));
  const demand = (/** @type {unknown} */ condition, /** @type {string} */ what) => {
    if (!condition) throw new Error(`${file}: ${what}`);
  };
  demand(URL.canParse(settings.center_url), "center_url is no URL");
  demand(typeof settings.dir === "string", "dir is missing");
  demand(Array.isArray(settings.tenants) && settings.tenants.length > 0, "there are no tenants");
  for (const key of MODULE_KEYS) demand(settings.modules?.[key]?.secret, `module ${key} is not registered`);
  for (const port of ["front", "external", "proxy", "control"]) demand(settings.ports?.[port] > 0, `there is no port for ${port}`);
  for (const role of ["owner", "app", "scheduler", "watch"])
    demand(URL.canParse(settings.database?.[`platform_${role}`]), `no database URL of platform_${role}`);
  return settings;
}

/** The same database, reached through the platform's own proxy. @param {Settings} settings @param {"app" | "scheduler" | "watch"} role */
export function throughProxy(settings, role) {
  const url = new URL(settings.database[`platform_${role}`]);
  url.hostname = "127.0.0.1";
  url.port = String(settings.ports.proxy);
  return url.href;
}
