import path from "node:path";

const DEFAULT_PORT = 3000;
const LOOPBACK = "127.0.0.0/8,::1/128";

/** What the environment asks for cannot be done; the message says which variable and what it may be. */
export class SettingsError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "SettingsError";
  }
}

/**
 * The part of the environment that decides what is started. Everything else is parsed by the programs themselves.
 *
 * @typedef {{ root: string, host: string, port: number, dataDir: string, databaseUrl: string | null, isDemo: boolean }} Settings `port` 0: any free one
 *
 * @param {string} root the checkout
 * @param {Record<string, string | undefined>} env
 * @returns {Settings}
 * @throws {SettingsError}
 */
export function readSettings(root, env) {
  const databaseUrl = env.DATABASE_URL?.trim() || null;
  return {
    root,
    host: env.HOST?.trim() || "127.0.0.1",
    port: readPort(env.PORT),
    dataDir: path.resolve(root, env.DATA_DIR?.trim() || ".data"),
    databaseUrl,
    isDemo: readSwitch("DEMO", env.DEMO) ?? databaseUrl === null,
  };
}

/**
 * Where a browser or a probe on this machine reaches the web server.
 *
 * @param {{ host: string, port: number }} settings
 */
export function localUrl({ host, port }) {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/**
 * The environment of Center's own programs.
 *
 * @param {Settings} settings
 * @param {{ databaseUrl: string, secrets: Record<string, string> }} made
 * @param {Record<string, string | undefined>} env
 * @returns {Record<string, string | undefined>} `env` with every decision of the supervisor written out
 */
export function childEnvironment(settings, { databaseUrl, secrets }, env) {
  const publicUrl = env.PUBLIC_URL || localUrl(settings);
  return {
    ...env,
    ...secrets,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    HOST: settings.host,
    PORT: String(settings.port),
    DATA_DIR: settings.dataDir,
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: publicUrl,
    NEXTAUTH_URL: env.NEXTAUTH_URL || publicUrl,
    DEMO: settings.isDemo ? "1" : "0",
    // The demo's shops live on this machine.
    ...(settings.isDemo && !env.OUTBOUND_ALLOW ? { OUTBOUND_ALLOW: LOOPBACK } : {}),
  };
}

/** @param {string | undefined} text */
function readPort(text) {
  if (!text?.trim()) return DEFAULT_PORT;
  const port = Number(text);
  if (!/^\d+$/.test(text.trim()) || port > 65_535) throw new SettingsError(`PORT must be a whole number from 0 to 65535, not "${text}"`);
  return port;
}

/** @param {string} name @param {string | undefined} text @returns {boolean | null} null when unset */
function readSwitch(name, text) {
  const value = text?.trim().toLowerCase() ?? "";
  if (value === "") return null;
  if (/^(1|true|yes|on)$/.test(value)) return true;
  if (/^(0|false|no|off)$/.test(value)) return false;
  throw new SettingsError(`${name} must be 1 or 0, not "${text}"`);
}
