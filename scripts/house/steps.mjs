import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BIN = fileURLToPath(new URL("../../node_modules/.bin/", import.meta.url));

/** @typedef {{ name: string, keeps: string, command: string[] }} Step `command` runs in the house's root, exit 0 means kept */

const tool = (name, keeps, ...command) => ({ name, keeps, command: [BIN + command[0], ...command.slice(1)] });
const rule = (name, keeps) => ({ name, keeps, command: [process.execPath, `${HERE}${name}.mjs`, "--root", "."] });

/**
 * What keeps the house, the slow ones first so that the short ones fill the other core.
 *
 * @type {Step[]}
 */
export const STEPS = [
  tool("types", "the types agree", "tsc", "--noEmit", "--pretty", "false", "-p", "."),
  rule("boundaries", "data walks in one direction"),
  tool("unused", "every file, export and dependency has a user", "knip", "--no-progress", "--no-config-hints"),
  tool(
    "unshipped",
    "no file of the product is reached by tests alone",
    ..."knip --no-progress --no-config-hints --production --include files".split(" "),
  ),
  tool(
    "style",
    "one format, and the lints of biome.json",
    "biome",
    "check",
    "--error-on-warnings",
    "--max-diagnostics=60",
    "--colors=off",
    ".",
  ),
  rule("purity", "any history can be replayed"),
  rule("sizes", "files, functions and folders stay small and well named"),
  rule("words", "nothing unfinished passes for finished"),
  rule("limits", "every limit stands in one file"),
  rule("floors", "no dependency below its floor, all pinned"),
];
