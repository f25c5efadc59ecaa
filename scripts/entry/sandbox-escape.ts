import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { tryEscapes } from "@/lib/delivery/adapters/sandbox/escape/try-escapes";
import { findRunner } from "@/lib/delivery/adapters/sandbox/find-runner";

/** Tries both ways of confining on this machine; the last line is `{ attempts, escaped, runners }`, exit 1 when something got out. */
const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), "sandbox-escape-runners-")));
chmodSync(scratch, 0o711); // nobody, whom root becomes, must get through
let attempts = 0;
let escaped = 0;
const runners: string[] = [];
try {
  for (const kind of ["bwrap", "unshare"] as const) {
    const runner = await findRunner(scratch, [kind]);
    if (runner === null) {
      console.error(`${kind} confines nothing on this machine`);
      continue;
    }
    runners.push(kind);
    for (const { name, how } of await tryEscapes(runner)) {
      attempts += 1;
      escaped += how === null ? 0 : 1;
      console.log(`${kind}: ${name}: ${how === null ? "held" : `OUT, ${how}`}`);
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(JSON.stringify({ attempts, escaped, runners }));
// Nothing tried is nothing shown.
process.exitCode = escaped > 0 || runners.length === 0 ? 1 : 0;
