import { accessSync, constants, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { confine, type Runner } from "@/lib/delivery/adapters/sandbox/confine";
import { runConfined } from "@/lib/delivery/adapters/sandbox/run-confined";
import { STAGING_LIMITS } from "@/lib/delivery/adapters/sandbox/staging-limits";

const NOBODY = 65_534;
const PROGRAM_FOLDERS = ["/usr/bin", "/bin", "/usr/local/bin"];

/** Says "confined" only where it can reach nothing: it is itself the proof that the runner's root confines, on this machine, today. */
const PROBE = `
import { readdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
const OWN = ["candidate", "dev", "sandbox", "tmp", "usr", "lib", "lib64"];
const seesHost = readdirSync("/").some((name) => !OWN.includes(name)) || readdirSync("/usr").some((name) => !name.startsWith("lib"));
const seesNetwork = Object.values(networkInterfaces()).flat().some((one) => !one.internal);
const seesEnvironment = Object.keys(process.env).some((name) => name !== "PWD");
console.log(seesHost || seesNetwork || seesEnvironment ? "open" : "confined");
`;

/**
 * Finds a runner that really confines, by trying each on a probe: bwrap before unshare. Root becomes nobody first.
 *
 * @param scratch an existing folder that other users may enter; a folder for the probe is made in it
 * @param kinds   those to try, in this order
 * @returns null where none works: nothing may then be rehearsed
 */
export async function findRunner(scratch: string, kinds: readonly Runner["kind"][] = ["bwrap", "unshare"]): Promise<Runner | null> {
  const [prlimit, setpriv] = ["prlimit", "setpriv"].map(findProgram);
  if (!prlimit || !setpriv) return null;
  const [folder, rootFolder] = [path.join(scratch, "probe"), path.join(scratch, "root")];
  for (const each of [folder, rootFolder]) mkdirSync(each, { recursive: true, mode: 0o755 });
  writeFileSync(path.join(folder, "probe.mjs"), PROBE, { mode: 0o644 });
  const node = realpathSync(process.execPath);
  // Never as root: the kernel does not hold root to a limit on processes, wherever it is confined.
  const identity = process.getuid?.() === 0 ? NOBODY : null;
  for (const kind of kinds) {
    const program = findProgram(kind);
    if (!program) continue;
    const runner: Runner = { kind, program, prlimit, setpriv, node, php: null, rootFolder, identity };
    const run = await runConfined(confine(runner, folder, "probe.mjs", STAGING_LIMITS, "one"), STAGING_LIMITS);
    if (run.end === "exited" && run.code === 0 && run.stdout.trim() === "confined") return runner;
  }
  return null;
}

/** A program of the system, by its name. @returns an absolute path, or null */
export function findProgram(name: string): string | null {
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
