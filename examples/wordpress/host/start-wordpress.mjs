import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layOutSite } from "./lay-out-site.mjs";
import { freePort, removeWithUs } from "./run-process.mjs";
import { startMariaDb } from "./start-mariadb.mjs";
import { startPhpAlone } from "./start-php-alone.mjs";
import { startWeb } from "./start-web.mjs";

/**
 * @typedef {{ site: string, nginx: string, fpm: string, mariadbd: string, installDb: string }} Tools
 * @typedef {{ name: string, plugin: { folder: string, main: string, files: Record<string, string> }, agent: object, settings?: Record<string, string> }} Wish
 * @typedef {{ name: string, url: string, dir: string, place: string, site: string }} Shop
 */

/**
 * Real WordPress shops on MariaDB, nginx and php-fpm, on free ports, in a folder of their own that goes with them.
 * @param {{ tools: Tools, workers?: number, wishes: (ports: number[]) => Wish[] | Promise<Wish[]>, count: number,
 *   isPhpAlone?: boolean }} options tools as the set-up found them; wishes: what shall stand on each of `count` ports; isPhpAlone: on PHP's own
 *   web server instead of nginx and php-fpm
 * @returns {Promise<{ shops: Shop[], stop(): Promise<void> }>}
 */
export async function startWordPress({ tools, workers = 6, wishes, count, isPhpAlone = false }) {
  const isRoot = process.getuid?.() === 0;
  const folder = mkdtempSync(join(tmpdir(), "wordpress-"));
  chmodSync(folder, 0o755);
  const { remove } = removeWithUs(folder);
  /** @type {(() => Promise<unknown>)[]} */
  const stops = [remove];
  const stop = async () => {
    for (const end of stops.reverse()) await end();
  };
  try {
    const database = await startMariaDb({ folder, tools, user: isRoot ? idsOf("mysql") : null });
    stops.push(database.stop);
    const ports = [];
    for (let i = 0; i < count; i += 1) ports.push(await freePort());
    const shops = [];
    for (const [i, wish] of (await wishes(ports)).entries()) {
      const url = `http://127.0.0.1:${ports[i]}`;
      const { name, plugin, agent, settings = {} } = wish;
      const owner = isRoot ? idsOf("www-data") : null;
      const options = {
        folder: join(folder, name),
        core: tools.site,
        url,
        socket: database.socket,
        database: `shop_${i}`,
        owner,
        plugin,
        agent,
        settings,
      };
      shops.push({ name, url, ...(await layOutSite(options)) });
    }
    const sites = shops.map(({ site }, i) => ({ port: Number(ports[i]), root: site }));
    const web = isPhpAlone ? await startPhpAlone({ sites }) : await startWeb({ folder, tools, isRoot, sites, workers });
    stops.push(web.stop);
    return { shops, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {string} name */
function idsOf(name) {
  const id = (/** @type {string} */ which) => Number(execFileSync("id", [which, name], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
