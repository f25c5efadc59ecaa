import { fileURLToPath } from "node:url";
import { runServer, until } from "./run-process.mjs";

const ROUTER = fileURLToPath(new URL("./route-request.php", import.meta.url));

/**
 * Serves shops by PHP's own web server, as developers do: one process each, which cannot answer itself nor let a page go before it is free.
 * @param {{ sites: { port: number, root: string }[] }} options
 */
export async function startPhpAlone({ sites }) {
  const servers = sites.map(({ port, root }) => {
    const settings = ["-d", "memory_limit=128M", "-d", "display_errors=0", "-d", "log_errors=1"];
    // More processes than one would outlive the first.
    const { PHP_CLI_SERVER_WORKERS: _workers, ...env } = process.env;
    return runServer("php", [...settings, "-S", `127.0.0.1:${port}`, "-t", root, ROUTER], { env });
  });
  const isUp = async () => {
    for (const server of servers) if (server.child.exitCode !== null) throw new Error(`php -S ended: ${server.said()}`);
    const answers = await Promise.all(sites.map(({ port }) => fetch(`http://127.0.0.1:${port}/`).catch(() => null)));
    return answers.every((answer) => answer?.status === 200);
  };
  const stop = () => Promise.all(servers.map((server) => server.stop()));
  try {
    await until(isUp, "the shops on php -S");
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}
