import { resolve } from "node:path";
import { FAULTS } from "./faults/faults.mjs";
import { strike } from "./faults/strike.mjs";
import { readSettings } from "./read-settings.mjs";

const USAGE = `node examples/platform/break.mjs <fault> [--undo]

Breaks the running platform for real, or mends it again. Settings: PLATFORM_FILE, else the demo's (DATA_DIR/demo/platform.json).

${Object.entries(FAULTS)
  .map(([name, { module, breaks }]) => `  ${name.padEnd(20)}${module.padEnd(13)}${breaks}`)
  .join("\n")}`;

const words = process.argv.slice(2).filter((word) => word !== "--undo");
if (words.length !== 1 || words[0] === "--help") {
  console.log(USAGE);
  process.exit(words[0] === "--help" ? 0 : 1);
}
const file = process.env.PLATFORM_FILE ?? resolve(process.env.DATA_DIR ?? ".data", "demo", "platform.json");
try {
  console.log(`${words[0]}: ${await strike(readSettings(file), words[0], process.argv.includes("--undo"))}`);
} catch (error) {
  console.error(`break: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
