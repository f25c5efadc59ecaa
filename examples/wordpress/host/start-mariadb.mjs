import { chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort, runServer, runToEnd, until } from "./run-process.mjs";

/**
 * A MariaDB of our own on a folder of its own; what it holds may be lost with the machine.
 * @param {{ folder: string, tools: import("./start-wordpress.mjs").Tools, user: { uid: number, gid: number } | null }} options
 */
export async function startMariaDb({ folder, tools, user }) {
  const data = join(folder, "mariadb");
  mkdirSync(data);
  if (user) chownSync(data, user.uid, user.gid);
  const asUser = user ? [`--user=${user.uid === 0 ? "root" : "mysql"}`] : [];
  const socket = join(data, "mysql.sock");
  await runToEnd(tools.installDb, [
    "--no-defaults",
    `--datadir=${data}`,
    ...asUser,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
  ]);
  const port = await freePort();
  const settings = ["--bind-address=127.0.0.1", "--skip-log-bin", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"];
  const server = runServer(tools.mariadbd, [
    "--no-defaults",
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--port=${port}`,
    ...asUser,
    ...settings,
  ]);
  try {
    await until(() => server.child.exitCode !== null || server.said().includes("ready for connections"), "MariaDB");
    if (server.child.exitCode !== null) throw new Error(`MariaDB did not start: ${server.said()}`);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { socket, stop: server.stop };
}
