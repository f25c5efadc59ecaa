import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The programs of a host as hosters have it. */
interface FpmTools {
  readonly nginx: string;
  readonly fpm: string;
}

function findProgram(name: RegExp): string | null {
  // Debian keeps both where only root looks.
  for (const folder of [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"]) {
    const found = existsSync(folder) ? readdirSync(folder).find((entry) => name.test(entry)) : undefined;
    if (found) return join(folder, found);
  }
  return null;
}

/** nginx and php-fpm as the set-up installs them; null where one is missing. */
export function findFpmTools(): FpmTools | null {
  const [nginx, fpm] = [findProgram(/^nginx$/), findProgram(/^php-fpm[0-9.]*$/)];
  return nginx && fpm ? { nginx, fpm } : null;
}

export interface FpmHost {
  readonly tools: FpmTools;
  readonly dir: string;
  readonly port: number;
  /** The one script that answers everything. */
  readonly script: string;
  /** PHP processes; one makes a host that cannot ask itself. */
  readonly children: number;
  /** Words of the command line that set PHP up. */
  readonly settings: readonly string[];
}

/** Where a lab's host keeps its own files. */
export function fpmHome(dir: string): string {
  return join(dir, "host");
}

/** php-fpm leaves the group of processes that it is started in, so that it has to be found by this. */
export function fpmPidFile(home: string): string {
  return join(home, "fpm.pid");
}

function fpmConfig(home: string, socket: string, children: number): string {
  const isRoot = process.getuid?.() === 0;
  return [
    "[global]",
    `pid = ${fpmPidFile(home)}`,
    `error_log = ${home}/fpm.log`,
    "daemonize = no",
    "[shop]",
    // The lab's folder belongs to whoever runs the tests, so that its host has to be the same.
    ...(isRoot ? ["user = root", "group = root"] : []),
    `listen = ${socket}`,
    "pm = static",
    `pm.max_children = ${children}`,
    "clear_env = no",
    "catch_workers_output = yes",
    "",
  ].join("\n");
}

function nginxConfig({ port, script }: FpmHost, home: string, socket: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${home}/${name};`);
  return `${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
master_process off;
pid ${home}/nginx.pid;
error_log stderr error;
events {}
http {
  access_log off;
  ${temporary.join(" ")}
  server {
    listen 127.0.0.1:${port};
    location / {
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME ${script};
      fastcgi_param HTTP_HOST $http_host;
      fastcgi_read_timeout 60s;
      fastcgi_pass unix:${socket};
    }
  }
}
`;
}

/**
 * Lays out a host of nginx and php-fpm.
 * @returns the command that runs both in one group of processes, and ends when nginx does
 */
export function fpmCommand(host: FpmHost): readonly [command: string, ...args: string[]] {
  const home = fpmHome(host.dir);
  const socket = join(home, "fpm.sock");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "fpm.conf"), fpmConfig(home, socket, host.children));
  writeFileSync(join(home, "nginx.conf"), nginxConfig(host, home, socket));
  // nginx answers from the first moment on: before PHP listens it would say 502 in its place.
  const run =
    'fpm="$1"; nginx="$2"; home="$3"; shift 3; rm -f "$home/fpm.sock"; "$fpm" -F -R -y "$home/fpm.conf" "$@" & while [ ! -S "$home/fpm.sock" ]; do sleep 0.02; done; exec "$nginx" -p "$home" -e stderr -c "$home/nginx.conf"';
  return ["sh", "-c", run, "sh", host.tools.fpm, host.tools.nginx, home, ...host.settings];
}
