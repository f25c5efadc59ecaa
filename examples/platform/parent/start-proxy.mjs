import { connect, createServer } from "node:net";

/**
 * A TCP proxy in front of what the platform does not run itself, by which that can be made slow (every piece that goes either way waits first, in
 * order) or taken away.
 * @param {{ port: number, target: () => { host: string, port: number } | null }} parts target: asked anew for each connection; null while there is none
 * @returns {Promise<{ setDelay(ms: number): void, delay(): number, setCut(isCut: boolean): void, close(): void }>}
 */
export async function startProxy({ port, target }) {
  let delayMs = 0;
  let isCut = false;
  /** @type {Set<import("node:net").Socket>} */
  const open = new Set();
  const server = createServer((client) => {
    const there = isCut ? null : target();
    if (!there) {
      client.destroy();
      return;
    }
    const upstream = connect(there);
    forward(client, upstream, () => delayMs);
    forward(upstream, client, () => delayMs);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      const end = () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      };
      socket.on("error", end);
      socket.on("close", end);
    }
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", () => resolve(undefined)));
  return {
    setDelay(ms) {
      delayMs = ms;
    },
    delay: () => delayMs,
    setCut(wanted) {
      isCut = wanted;
      if (isCut) for (const socket of open) socket.destroy();
    },
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** @param {import("node:net").Socket} from @param {import("node:net").Socket} to @param {() => number} delay ms */
function forward(from, to, delay) {
  /** When the piece before goes out: none may overtake it. */
  let freeAt = 0;
  from.on("data", (piece) => {
    const now = performance.now();
    const waitMs = Math.max(delay(), freeAt - now);
    if (waitMs <= 0) {
      to.write(piece);
      return;
    }
    freeAt = now + waitMs;
    setTimeout(() => to.writable && to.write(piece), waitMs);
  });
}
