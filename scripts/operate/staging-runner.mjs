/** `npm run staging-runner`: rehearses for a Center elsewhere, on HOST (127.0.0.1) and PORT (8100), for whoever knows STAGING_RUNNER_TOKEN. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUp } from "../setup/set-up.mjs";

const root = path.resolve(import.meta.dirname, "..", "..");
try {
  await setUp({ purpose: "check", root, env: process.env, print: (line) => console.error(line) });
} catch (error) {
  console.error(
    `staging-runner: ${/** `npm run staging-runner`: rehearses for a Center elsewhere, on HOST (127.0.0.1) and PORT (8100), for whoever knows STAGING_RUNNER_TOKEN. */ error.message}`,
  );
  process.exit(1);
}
await import(pathToFileURL(path.join(root, ".build", "staging-runner.mjs")).href);
