import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { findExecutable } from "./find-executable.mjs";

/** What the PHP agent's own tests need. */
export const PHP_PACKAGES = Object.freeze(["php-cli", "php-curl"]);

/** A WordPress as merchants have it: nginx, php-fpm, MariaDB. Debian's nginx also keeps Apache out. */
export const WORDPRESS_PACKAGES = Object.freeze([
  "nginx-light",
  "php-fpm",
  "php-mysql",
  "php-gd",
  "php-xml",
  "php-mbstring",
  "mariadb-server",
  "wordpress",
  "wordpress-theme-twentytwentythree",
]);

/** Elsewhere than on Linux neither is asked for. @param {Record<string, string | undefined>} env */
export const hasPhp = (env) => process.platform !== "linux" || runsPhpWith(["curl", "sodium", "zlib"], env);

/** @param {Record<string, string | undefined>} env */
export const hasWordPress = (env) =>
  process.platform !== "linux" || (findWordPress(env) !== null && runsPhpWith(["mysqli", "mbstring", "xml"], env));

/**
 * The programs and the folder that a WordPress of our own is made of.
 *
 * @param {Record<string, string | undefined>} env `WORDPRESS_DIR` in place of Debian's folder
 * @returns {{ site: string, nginx: string, fpm: string, mariadbd: string, installDb: string } | null} null when any of them is missing
 */
export function findWordPress(env) {
  const site = env.WORDPRESS_DIR ?? "/usr/share/wordpress";
  const nginx = findExecutable("nginx", env);
  const mariadbd = findExecutable("mariadbd", env);
  const installDb = findExecutable("mariadb-install-db", env);
  const fpm = findFpm(env.PATH ?? "");
  const isThere = fs.existsSync(path.join(site, "wp-settings.php"));
  return isThere && nginx && mariadbd && installDb && fpm ? { site, nginx, fpm, mariadbd, installDb } : null;
}

/** @param {string[]} extensions @param {Record<string, string | undefined>} env */
function runsPhpWith(extensions, env) {
  const php = findExecutable("php", env);
  const condition = extensions.map((name) => `extension_loaded('${name}')`).join(" && ");
  return php !== null && spawnSync(php, ["-r", `exit(${condition} ? 0 : 1);`], { stdio: "ignore" }).status === 0;
}

/** Debian names it after its version. @param {string} folders */
function findFpm(folders) {
  for (const folder of folders.split(path.delimiter)) {
    const name = fs.existsSync(folder) ? fs.readdirSync(folder).find((one) => /^php-fpm[0-9.]*$/.test(one)) : undefined;
    if (name) return path.join(folder, name);
  }
  return null;
}
