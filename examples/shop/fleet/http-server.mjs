import { once } from "node:events";
import http from "node:http";

/** The raw bytes of a body, or null when it is larger than it may be. */
export async function readBytes(request, limitBytes) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > limitBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Serves HTTP on loopback.
 * @param {number} port 0 lets the system choose
 * @param {(request: http.IncomingMessage) => Promise<{ status: number, body: unknown }>} handle
 * @returns {Promise<{ port: number, close: () => void }>}
 */
export async function serve(port, handle) {
  const server = http.createServer(async (request, response) => {
    try {
      const { status, body } = await handle(request);
      response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(body));
    } catch (error) {
      // The caller hung up in the middle of its request: nobody is left to answer.
      response.destroy(error);
    }
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
