import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { verifySignature } from "@/lib/access/credentials/standard-webhooks";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { newId } from "@/lib/platform/random";
import { enqueueBeat } from "@/lib/telemetry/adapters/ingest-queue";
import type { Beat } from "@/lib/telemetry/types";

interface Known {
  readonly id: string;
  readonly tenantId: string;
  readonly secret: string;
}
const [, , file = "", port = "0"] = process.argv;
const known = new Map((JSON.parse(readFileSync(file, "utf8")) as Known[]).map((plugin) => [plugin.id, plugin]));

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const headerOf = (request: IncomingMessage, name: string) => String(request.headers[name] ?? "");

/** The least that a durable, signed beat can cost here: HMAC, JSON.parse and the very statement and group commit of the product. */
async function store(request: IncomingMessage): Promise<boolean> {
  const body = await readBody(request);
  const now = new Date();
  const plugin = known.get(headerOf(request, "plugin-id"));
  const id = headerOf(request, "webhook-id");
  const verdict = verifySignature({
    secrets: plugin ? [plugin.secret] : [],
    id,
    timestamp: headerOf(request, "webhook-timestamp"),
    signatureHeader: headerOf(request, "webhook-signature"),
    body,
    now,
  });
  if (!plugin || verdict !== "ok") return false;
  const beat = JSON.parse(body.toString("utf8")) as Beat;
  const { isDuplicate } = await enqueueBeat({
    tenantId: plugin.tenantId,
    pluginId: plugin.id,
    id: newId(now),
    webhookId: id,
    receivedAt: now,
    bodySha256: sha256Hex(body),
    beat,
  });
  return !isDuplicate;
}

function answer(response: ServerResponse, status: number): void {
  const text = '{"status":"ok"}';
  response.writeHead(status, { "content-type": "application/json", "content-length": text.length });
  response.end(text);
}

/** POST /store is the bare store; POST /reference reads and parses the body and does nothing else, to see how steady the machine is. */
const server = createServer((request, response) => {
  const work = request.url === "/store" ? store(request) : readBody(request).then((body) => JSON.parse(body.toString("utf8")) !== null);
  work.then(
    (isGood) => answer(response, isGood ? 200 : 401),
    (error: unknown) => {
      console.error(error);
      answer(response, 500);
    },
  );
});
server.listen(Number(port), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
