import { accessSync, constants, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { confine, type Runner } from "@/lib/delivery/adapters/sandbox/confine";
import { runConfined } from "@/lib/delivery/adapters/sandbox/run-confined";
import { STAGING_LIMITS } from "@/lib/delivery/adapters/sandbox/staging-limits";

const NOBODY = 65_534;
const PROGRAM_FOLDERS = ["/usr/bin", "/bin", "/usr/local/bin"];

/** Ends with 0 only where it can reach nothing: it is itself the proof that the runner confines, on this machine, today. */
const PROBE = `
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
const readsHost = () => { try { return readFileSync("/etc/passwd").length > 0; } catch { return false; } };
const seesNetwork = Object.values(networkInterfaces()).flat().some((one) => !one.internal);
const seesEnvironment = Object.keys(process.env).some((name) => name !== "PWD");
console.log(readsHost() || seesNetwork || seesEnvironment ? "open" : "confined");
`;

/**
 * Finds a runner that really confines, by trying each on a probe: bwrap before unshare, an unprivileged user before root.
 *
 * @param scratch an existing folder that other users may enter; a folder for the probe is made in it
 * @param kinds   those to try, in this order
 * @returns null where none works: nothing may then be rehearsed
 */
export async function findRunner(scratch: string, kinds: readonly Runner["kind"][] = ["bwrap", "unshare"]): Promise<Runner | null> {
  const prlimit = findProgram("prlimit");
  if (!prlimit) return null;
  const folder = path.join(scratch, "probe");
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(path.join(folder, "probe.mjs"), PROBE, { mode: 0o644 });
  const node = realpathSync(process.execPath);
  for (const kind of kinds) {
    const program = findProgram(kind);
    if (!program) continue;
    for (const identity of process.getuid?.() === 0 ? [NOBODY, null] : [null]) {
      const runner: Runner = { kind, program, prlimit, node, identity };
      const run = await runConfined(confine(runner, folder, "probe.mjs", STAGING_LIMITS), STAGING_LIMITS);
      if (run.end === "exited" && run.code === 0 && run.stdout.trim() === "confined") return runner;
    }
  }
  return null;
}

function findProgram(name: string): string | null {
  const candidates = PROGRAM_FOLDERS.map((folder) => path.join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
