import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { WEB_FLAGS } from "../../scripts/process/web-flags.mjs";
import { freePort } from "./free-port.mjs";

const POLL_MS = 50;
const READY_WITHIN_MS = 30_000;

/** @param {string} root @param {string} folder builds it where it is not built, or with another Next than today's */
function ensureBuilt(root, folder) {
  const stamp = path.join(folder, ".next", "built-with");
  const version = JSON.parse(fs.readFileSync(path.join(root, "node_modules/next/package.json"), "utf8")).version;
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === version) return;
  const next = path.join(root, "node_modules/next/dist/bin/next");
  const { status } = spawnSync(process.execPath, [next, "build"], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error("the empty handler could not be built");
  fs.writeFileSync(stamp, version);
}

/**
 * Starts a Next app of its own whose only route does nothing (bench/empty-handler): what App Router itself costs, which the product must not
 * carry a route for.
 *
 * @param {import("./start-center.mjs").RunningCenter} center @param {string} root
 * @returns {Promise<{ port: number, pid: number }>}
 */
export async function startEmptyHandler(center, root) {
  const folder = path.join(root, "bench", "empty-handler");
  ensureBuilt(root, folder);
  const port = await freePort();
  const child = center.run([
    ...WEB_FLAGS,
    path.join(root, "node_modules/next/dist/bin/next"),
    "start",
    folder,
    "-p",
    String(port),
    "-H",
    "127.0.0.1",
  ]);
  const url = `http://127.0.0.1:${port}/api/empty`;
  const isUp = () =>
    fetch(url, { method: "POST", body: "{}" }).then(
      (answer) => answer.ok,
      () => false,
    );
  for (const deadline = performance.now() + READY_WITHIN_MS; !(await isUp()); await wait(POLL_MS)) {
    if (performance.now() > deadline) throw new Error("the empty handler does not answer");
  }
  return { port, pid: Number(child.pid) };
}
