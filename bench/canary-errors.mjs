/** `node bench/canary-errors.mjs`: both error rates of the canary judge over thousands of waves. SEED, SHARE (of the runs) and ONLY (a name) narrow it. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { buildPrograms } from "./center/build-programs.mjs";

const folder = await buildPrograms(path.resolve(import.meta.dirname, ".."), ["canary-errors"]);
await import(pathToFileURL(path.join(folder, "canary-errors.mjs")).href);
