/** `npm start`, after `prestart` has installed and built: runs Center under a supervisor (supervisor/run-center.mjs). */
import path from "node:path";
import { keepServingUnread } from "./process/keep-serving-unread.mjs";
import { runCenter } from "./supervisor/run-center.mjs";

keepServingUnread();
const root = path.resolve(import.meta.dirname, "..");
process.exit(await runCenter({ root, env: process.env, print: (line) => console.log(line) }));
