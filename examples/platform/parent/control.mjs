import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

/** @typedef {Record<string, (params: any) => unknown>} Orders */

/**
 * What only the platform's own process can do for break.mjs: slow the database, stop and start programs. Loopback and a token, nothing else.
 * @param {{ port: number, token: string, orders: Orders }} parts
 */
export async function startControl({ port, token, orders }) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const given = Buffer.from(String(request.headers.authorization ?? ""));
    const wanted = Buffer.from(`Bearer ${token}`);
    const isKnown = given.length === wanted.length && timingSafeEqual(given, wanted);
    const order = orders[(request.url ?? "").slice(1)];
    if (!isKnown || !order) {
      response.writeHead(isKnown ? 404 : 401).end();
      return;
    }
    const answer = await order(JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}"));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer ?? {}));
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", () => resolve(undefined)));
  return server;
}
