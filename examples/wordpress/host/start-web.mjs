import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runServer, until } from "./run-process.mjs";

/** Opcodes are kept without ever looking at the files again: the host on which an update is easiest to get wrong. */
const PHP_SETTINGS = {
  "opcache.enable": "1",
  "opcache.validate_timestamps": "0",
  memory_limit: "128M",
  display_errors: "0",
  log_errors: "1",
};

/**
 * Serves shops as hosters do: one nginx, one php-fpm, a server block for each.
 * @param {{ folder: string, tools: import("./start-wordpress.mjs").Tools, isRoot: boolean, sites: { port: number, root: string }[], workers: number }} options
 */
export async function startWeb({ folder, tools, isRoot, sites, workers }) {
  const home = join(folder, "web");
  mkdirSync(home, { mode: 0o755 });
  const socket = join(home, "fpm.sock");
  writeFileSync(join(home, "fpm.conf"), fpmConfig({ home, socket, isRoot, workers }));
  writeFileSync(join(home, "nginx.conf"), nginxConfig({ home, socket, isRoot, sites }));
  const fpm = runServer(tools.fpm, ["-F", "-y", join(home, "fpm.conf"), ...(isRoot ? ["-R"] : [])]);
  const nginx = runServer(tools.nginx, ["-p", home, "-e", join(home, "nginx.log"), "-c", join(home, "nginx.conf")]);
  const isUp = async () => {
    if (fpm.child.exitCode !== null || nginx.child.exitCode !== null)
      throw new Error(`the web server ended: ${fpm.said()} ${nginx.said()}`);
    const answers = await Promise.all(sites.map(({ port }) => fetch(`http://127.0.0.1:${port}/`).catch(() => null)));
    return answers.every((answer) => answer?.status === 200);
  };
  const stop = () => Promise.all([nginx.stop(), fpm.stop()]);
  try {
    await until(isUp, "the shops on nginx and php-fpm");
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** @param {{ home: string, socket: string, isRoot: boolean, workers: number }} options */
function fpmConfig({ home, socket, isRoot, workers }) {
  const settings = Object.entries(PHP_SETTINGS).map(([name, value]) => `php_admin_value[${name}] = ${value}`);
  return [
    "[global]",
    `error_log = ${home}/fpm.log`,
    "daemonize = no",
    "[shops]",
    ...(isRoot ? ["user = www-data", "group = www-data", "listen.owner = www-data"] : []),
    `listen = ${socket}`,
    "pm = static",
    `pm.max_children = ${workers}`,
    "catch_workers_output = yes",
    ...settings,
    "",
  ].join("\n");
}

/** @param {{ home: string, socket: string, isRoot: boolean, sites: { port: number, root: string }[] }} options */
function nginxConfig({ home, socket, isRoot, sites }) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `  ${name}_temp_path ${home}/${name};`);
  const servers = sites.map(
    ({ port, root }) => `  server {
    listen 127.0.0.1:${port};
    root ${root};
    index index.php;
    location / { try_files $uri $uri/ /index.php?$args; }
    location ~ \\.php$ {
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_param HTTP_HOST $http_host;
      fastcgi_pass unix:${socket};
    }
  }`,
  );
  return `${isRoot ? "user www-data;\n" : ""}daemon off;
pid ${home}/nginx.pid;
error_log ${home}/nginx.log;
events {}
http {
  include /etc/nginx/mime.types;
  access_log off;
${temporary.join("\n")}
${servers.join("\n")}
}
`;
}
