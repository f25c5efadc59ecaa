/** `node examples/sira-server/server.mjs`: answers POST /api/sira/decide on PORT (8000), to whoever knows SIRA_API_TOKEN. */
import { createHash, timingSafeEqual } from "node:crypto";
import http from "node:http";
import { pathToFileURL } from "node:url";
import { answer } from "./answer.mjs";

/** A question with 20 releases is some 10 kB. */
const MOST_BYTES = 256 * 1024;

/** @param {string} text */
const digest = (text) => createHash("sha256").update(text).digest();

/**
 * @param {string | undefined} header
 * @param {string} token
 */
function isKnown(header, token) {
  return timingSafeEqual(digest(header ?? ""), digest(`Bearer ${token}`));
}

/** @param {http.IncomingMessage} request */
async function readQuestion(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new RangeError("too long");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

/**
 * @param {http.ServerResponse} response
 * @param {number} status
 * @param {unknown} body
 */
function say(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

/**
 * A server that answers Center's questions.
 *
 * @param {{ token: string, decide?: typeof answer }} options
 */
export function siraServer({ token, decide = answer }) {
  return http.createServer(async (request, response) => {
    if (request.method !== "POST" || request.url !== "/api/sira/decide") return say(response, 404, { detail: "POST /api/sira/decide" });
    if (!isKnown(request.headers.authorization, token)) return say(response, 401, { detail: "wrong token" });
    try {
      say(response, 200, decide(await readQuestion(request)));
    } catch (error) {
      // Center falls back to telling people; why is for this server's own log.
      console.error(error);
      say(response, 400, { detail: "this question was not understood" });
    }
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const token = process.env.SIRA_API_TOKEN;
  if (!token) {
    console.error("sira-server: SIRA_API_TOKEN is not set; Center sends it with every question");
    process.exit(1);
  }
  const port = Number(process.env.PORT ?? 8000);
  const server = siraServer({ token });
  server.listen(port, "127.0.0.1", () =>
    console.log(`SIRA answers on http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`),
  );
  process.once("SIGTERM", () => server.close(() => process.exit(0)));
}
