import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { REHEARSAL_BYTES, readRehearsal } from "@/lib/delivery/adapters/staging-contract";
import { runStaging, type StagingInput } from "@/lib/delivery/adapters/staging-sandbox";
import type { StagingReport } from "@/lib/delivery/staging-report";

const digest = (text: string) => createHash("sha256").update(text).digest();

class TooLong extends Error {}

async function readBody(request: IncomingMessage): Promise<string> {
  if (Number(request.headers["content-length"] ?? 0) > REHEARSAL_BYTES) throw new TooLong();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > REHEARSAL_BYTES) throw new TooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", ...(status === 503 ? { "retry-after": "5" } : {}) });
  response.end(JSON.stringify(body));
}

async function readInput(request: IncomingMessage): Promise<{ input: StagingInput } | { status: number; detail: string }> {
  try {
    return { input: readRehearsal(await readBody(request)) };
  } catch (error) {
    if (error instanceof TooLong) return { status: 413, detail: `at most ${REHEARSAL_BYTES} bytes` };
    return { status: 400, detail: "no rehearsal: { artifact, sha256, manifest, baseline }" };
  }
}

/**
 * A staging runner for a machine of its own: `POST /rehearse` with the token, one rehearsal at a time, `GET /health` without one.
 *
 * @param token      whoever does not say it hears 401 before a byte of the body is read
 * @param onFault    hears of faults of this machine, which a caller is told nothing of
 * @param rehearse   the sandbox of this machine
 */
export function stagingServer(
  token: string,
  onFault: (error: unknown) => void,
  rehearse: (input: StagingInput) => Promise<StagingReport> = runStaging,
): Server {
  let isBusy = false;
  return createServer(async (request, response) => {
    if (request.method === "GET" && request.url === "/health") return say(response, 200, { status: "ok" });
    if (request.method !== "POST" || request.url !== "/rehearse") return say(response, 404, { detail: "POST /rehearse" });
    if (!timingSafeEqual(digest(request.headers.authorization ?? ""), digest(`Bearer ${token}`)))
      return say(response, 401, { detail: "wrong token" });
    if (isBusy) return say(response, 503, { detail: "a rehearsal is under way" });
    isBusy = true;
    try {
      const read = await readInput(request);
      if ("status" in read) return say(response, read.status, { detail: read.detail });
      say(response, 200, await rehearse(read.input));
    } catch (error) {
      onFault(error);
      say(response, 500, { detail: "the rehearsal could not be run" });
    } finally {
      isBusy = false;
    }
  });
}
