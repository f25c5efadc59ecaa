import { makeArchive } from "./make-archive";

/** How a version of the tiny plugin behaves once it was swapped in. */
export type Behaviour =
  | "good"
  | "crashes at boot"
  | "crashes after its first answer"
  | "is killed once for want of memory"
  | "hangs after its first answer"
  | "never answers"
  | "answers as another version"
  | "hangs on stop";

/** The files of one version of a real, very small plugin that answers the agent's health questions. */
export function tinyPlugin(version: string, behaviour: Behaviour = "good"): Record<string, string> {
  return {
    "plugin.json": JSON.stringify({ name: "tiny", version, main: "server.mjs" }),
    "server.mjs": `const VERSION = ${JSON.stringify(version)};\nconst BEHAVIOUR = ${JSON.stringify(behaviour)};\n${SERVER}`,
  };
}

/** The same as an artifact. */
export function tinyArtifact(version: string, behaviour: Behaviour = "good"): Buffer {
  return makeArchive(Object.entries(tinyPlugin(version, behaviour)).map(([path, content]) => ({ path, content })));
}

const SERVER = `
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";

appendFileSync(process.env.STARTS, VERSION + "\\n");
if (BEHAVIOUR === "crashes at boot") process.exit(3);
process.on("SIGTERM", () => BEHAVIOUR !== "hangs on stop" && process.exit(0));

const startsOfMine = () => readFileSync(process.env.STARTS, "utf8").split("\\n").filter((line) => line === VERSION).length;
let answers = 0;
createServer((request, response) => {
  const url = new URL(request.url, "http://plugin");
  if (BEHAVIOUR === "never answers" || (BEHAVIOUR === "hangs after its first answer" && answers > 0)) return;
  if (BEHAVIOUR === "crashes after its first answer" && answers > 0) process.exit(4);
  if (BEHAVIOUR === "is killed once for want of memory" && answers > 0 && startsOfMine() === 1) process.kill(process.pid, "SIGKILL");
  answers += 1;
  const config = existsSync(process.env.PLUGIN_CONFIG) ? JSON.parse(readFileSync(process.env.PLUGIN_CONFIG, "utf8")) : {};
  response.end(JSON.stringify({
    nonce: url.searchParams.get("nonce"),
    version: BEHAVIOUR === "answers as another version" ? "9.9.9" : VERSION,
    active: config.active !== false,
    telemetry: { latency_p95_ms: 12, queue_depth: 0, memory_mb: 40, errors_last_24h: 0, setting: config.setting ?? 0, bad: "text" },
    counters: { webhooks_sent: config.sent ?? 0, webhooks_failed: config.failed ?? 0, errors_total: 0 },
    errors: [{ code: "ERR_X", fingerprint: "f1", count: 1 }],
  }));
}).listen(Number(process.env.PORT), "127.0.0.1");
`;
