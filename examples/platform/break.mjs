import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { FAULTS } from "./faults/faults.mjs";
import { strike } from "./faults/strike.mjs";
import { readSettings } from "./read-settings.mjs";

const USAGE = `node examples/platform/break.mjs <fault> [--undo] [--tenant SLUG]

Breaks the running platform for real, or mends it again; with --tenant, what is a tenant's is spoilt for this one alone. Settings: PLATFORM_FILE, else the demo's (DATA_DIR/demo/platform.json).

${Object.entries(FAULTS)
  .map(([name, { module, breaks }]) => `  ${name.padEnd(20)}${module.padEnd(13)}${breaks}`)
  .join("\n")}`;

function readArguments() {
  try {
    const options = { undo: { type: "boolean" }, help: { type: "boolean" }, tenant: { type: "string" } };
    return parseArgs({ options: /** @type {any} */ (options), allowPositionals: true });
  } catch {
    return { values: {}, positionals: [] };
  }
}

const { values: wanted, positionals: words } =
  /** @type {{ values: { undo?: boolean, help?: boolean, tenant?: string }, positionals: string[] }} */ (readArguments());
if (words.length !== 1 || wanted.help) {
  console.log(USAGE);
  process.exit(wanted.help ? 0 : 1);
}
const file = process.env.PLATFORM_FILE ?? resolve(process.env.DATA_DIR ?? ".data", "demo", "platform.json");
try {
  console.log(`${words[0]}: ${await strike(readSettings(file), words[0], wanted.undo === true, wanted.tenant)}`);
} catch (error) {
  console.error(`break: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
