import fs from "node:fs";
import net from "node:net";
import path from "node:path";

/**
 * @param {number} port 0 asks the system for a free one
 * @param {string} [host]
 * @returns {Promise<number | null>} the port, or null when somebody listens there
 */
export function probePort(port, host = "127.0.0.1") {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", (/** @type {NodeJS.ErrnoException} */ error) => (error.code === "EADDRINUSE" ? resolve(null) : reject(error)));
    server.listen({ port, host, exclusive: true }, () => {
      const address = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(address.port));
    });
  });
}

/**
 * The port of the last start when it is still free, so that tools keep their bookmarks; else any free one.
 *
 * @param {string} dataDir
 */
export async function choosePort(dataDir) {
  const file = portFile(dataDir);
  const remembered = fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : 0;
  const port =
    (Number.isInteger(remembered) && remembered > 0 && remembered < 65_536 && (await probePort(remembered))) || (await probePort(0));
  return /** @type {number} */ (port);
}

/** @param {string} dataDir @param {number} port */
export const rememberPort = (dataDir, port) => fs.writeFileSync(portFile(dataDir), `${port}\n`);

/** @param {string} dataDir */
const portFile = (dataDir) => path.join(dataDir, "postgres.port");
