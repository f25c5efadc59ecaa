import { randomBytes } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "./run-process.mjs";

const AGENT = fileURLToPath(new URL("../../../plugin-client/php/", import.meta.url));
const INSTALL = fileURLToPath(new URL("./install-site.php", import.meta.url));

/**
 * Lays out one shop: WordPress, its plugin, and the agent, as its owner would.
 * @param {{ folder: string, core: string, url: string, socket: string, database: string, owner: { uid: number, gid: number } | null,
 *   plugin: { folder: string, main: string, files: Record<string, string> }, agent: object, settings: Record<string, string> }} options
 *   core: a WordPress to copy; settings: constants for wp-config.php, as PHP
 */
export async function layOutSite({ folder, core, url, socket, database, owner, plugin, agent, settings }) {
  const site = join(folder, "site");
  mkdirSync(folder, { recursive: true });
  await runToEnd("cp", ["-rL", core, site]);
  writeFileSync(join(site, "wp-config.php"), configOf({ url, socket, database, settings }));
  const place = join(site, "wp-content", "plugins", plugin.folder);
  writeFiles(place, plugin.files);

  const mustUse = join(site, "wp-content", "mu-plugins");
  mkdirSync(mustUse, { recursive: true });
  for (const name of ["reliability-agent.php", "reliability-agent"]) cpSync(join(AGENT, name), join(mustUse, name), { recursive: true });
  const dir = join(folder, "reliability-agent");
  mkdirSync(dir);
  writeFileSync(join(dir, "agent.json"), JSON.stringify(agent), { mode: 0o600 });

  await runToEnd("php", ["-d", "memory_limit=256M", INSTALL, site, `${plugin.folder}/${plugin.main}`, socket, database]);
  if (owner) await runToEnd("chown", ["-R", `${owner.uid}:${owner.gid}`, join(site, "wp-content"), dir]);
  chmodSync(folder, 0o755);
  return { site, dir, place };
}

/** @param {string} folder @param {Record<string, string>} files */
function writeFiles(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** @param {{ url: string, socket: string, database: string, settings: Record<string, string> }} options */
function configOf({ url, socket, database, settings }) {
  const text = (/** @type {string} */ value) => `'${value}'`;
  const constants = {
    DB_NAME: text(database),
    DB_USER: text("root"),
    DB_PASSWORD: text(""),
    DB_HOST: text(`localhost:${socket}`),
    DB_CHARSET: text("utf8mb4"),
    DB_COLLATE: text(""),
    WP_HOME: text(url),
    WP_SITEURL: text(url),
    FS_METHOD: text("direct"),
    WP_HTTP_BLOCK_EXTERNAL: "true",
    WP_ACCESSIBLE_HOSTS: text("127.0.0.1,localhost"),
    WP_CRON_LOCK_TIMEOUT: "5",
    AUTOMATIC_UPDATER_DISABLED: "true",
    WP_DEBUG: "false",
    ...Object.fromEntries(
      ["AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE"].map((name) => [`${name}_KEY`, text(randomBytes(24).toString("hex"))]),
    ),
    ...Object.fromEntries(
      ["AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE"].map((name) => [`${name}_SALT`, text(randomBytes(24).toString("hex"))]),
    ),
    ...settings,
  };
  const lines = Object.entries(constants).map(([name, value]) => `define('${name}', ${value});`);
  return `<?php\n${lines.join("\n")}\n$table_prefix = 'wp_';\ndefined('ABSPATH') || define('ABSPATH', __DIR__ . '/');\nrequire_once ABSPATH . 'wp-settings.php';\n`;
}
