/**
 * Preloaded into a plugin (`NODE_OPTIONS=--import`): each of its lives adds a line with the version that runs. Neither the agent nor Center knows of
 * this file, so what it counts is nobody's opinion.
 */
import fs from "node:fs";
import path from "node:path";

const { CHAOS_STARTS } = process.env;
if (CHAOS_STARTS) fs.appendFileSync(CHAOS_STARTS, `${path.basename(fs.realpathSync(process.cwd()))}\n`);
