import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";

/**
 * A real address to which an exporter can be pointed, answered by a route's own handler.
 * @returns where it listens, the statuses that it answered in order, and how it is closed
 */
export async function openOtlpServer(post: (signal: string, request: Request) => Promise<Response>) {
  const answered: number[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const body = new Uint8Array(await buffer(incoming));
    const headers = new Headers(
      Object.entries(incoming.headers).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
    const request = new Request(`http://center.test${incoming.url}`, { method: "POST", headers, body });
    const answer = await post(incoming.url?.split("/").at(-1) ?? "", request);
    answered.push(answer.status);
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const close = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${address.port}/api/otlp/v1`, answered, close };
}
