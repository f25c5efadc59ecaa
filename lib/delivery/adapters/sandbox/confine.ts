import { lstatSync, readlinkSync } from "node:fs";
import path from "node:path";
import { INSIDE, OWN_ROOT_SCRIPT } from "@/lib/delivery/adapters/sandbox/own-root";
import type { StagingLimits } from "@/lib/delivery/adapters/sandbox/staging-limits";

/** A way to confine a candidate that was found to work on this machine. */
export interface Runner {
  readonly kind: "bwrap" | "unshare";
  /** Absolute paths of the programs it needs. */
  readonly program: string;
  readonly prlimit: string;
  readonly setpriv: string;
  readonly node: string;
  /** Existing folder over which unshare lays the candidate's root; only the candidate sees that. */
  readonly rootFolder: string;
  /** User and group (the same number) to become first; null stays who we are. Only root may become another. */
  readonly identity: number | null;
}

export interface Confined {
  readonly command: string;
  readonly commandArguments: readonly string[];
  readonly identity: number | null;
}

/** Which walls stand: `one` leaves Node's permission model away, so that the namespaces are seen to hold alone. */
export type Walls = "both" | "one";

/**
 * The command line that runs one script of a candidate's folder with nothing else in reach: no host files, network or environment.
 *
 * Both give it a root of its own that holds libraries, the interpreter and its own folder, all of them read-only. Node's permission
 * model stands behind that as a second wall.
 * The limits are set inside the new user namespace, since a limit on processes set outside would count the host's.
 *
 * @param folder  absolute, readable by the runner's identity
 * @param script  relative to it
 */
export function confine(runner: Runner, folder: string, script: string, limits: StagingLimits, walls: Walls = "both"): Confined {
  const { program: command, identity } = runner;
  const run = [...limited(limits), ...nodeOnly(script, limits, walls)];
  const own = runner.kind === "bwrap" ? [...bwrapArguments(runner, folder), "--"] : unshareArguments(runner, folder);
  return { command, identity, commandArguments: [...own, ...run] };
}

function unshareArguments({ rootFolder, node, prlimit, setpriv }: Runner, folder: string): string[] {
  return [
    ..."--user --map-root-user --mount --net --pid --fork --ipc --uts --kill-child".split(" "),
    ...["--", "/bin/sh", "-c", OWN_ROOT_SCRIPT, "own-root", rootFolder, folder, node, prlimit, setpriv],
  ];
}

function bwrapArguments(runner: Runner, folder: string): string[] {
  return [
    ..."--unshare-all --unshare-user --uid 65534 --gid 65534 --cap-drop ALL --die-with-parent --new-session --clearenv".split(" "),
    ...["--ro-bind", "/usr/lib", "/usr/lib", "--ro-bind-try", "/usr/lib64", "/usr/lib64"],
    ...["/lib", "/lib64"].flatMap(libraryFolder),
    ...["--ro-bind", runner.node, INSIDE.node, "--ro-bind", runner.prlimit, INSIDE.prlimit],
    ...["--ro-bind", folder, INSIDE.candidate],
    // Nothing at all can be written: /tmp exists for programs that look for it, and the root is read-only.
    ...["--dev", "/dev", "--remount-ro", "/dev", "--dir", "/tmp", "--remount-ro", "/", "--chdir", INSIDE.candidate],
  ];
}

/** On most systems a link into /usr, on older ones a folder of its own. */
function libraryFolder(folder: string): string[] {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found) return [];
  return found.isSymbolicLink() ? ["--symlink", readlinkSync(folder), folder] : ["--ro-bind", folder, folder];
}

function limited(limits: StagingLimits): string[] {
  return [
    INSIDE.prlimit,
    `--cpu=${limits.cpuSeconds}`,
    `--data=${limits.memoryMb * 1024 * 1024}`,
    `--nproc=${limits.processes}`,
    `--nofile=${limits.openFiles}`,
    `--fsize=${limits.fileBytes}`,
    "--core=0",
    "--",
  ];
}

function nodeOnly(script: string, limits: StagingLimits, walls: Walls): string[] {
  const permission = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
  const second = walls === "both" ? [permission, `--allow-fs-read=${INSIDE.candidate}`] : [];
  return [INSIDE.node, ...second, `--max-old-space-size=${limits.heapMb}`, "--no-warnings", path.posix.join(INSIDE.candidate, script)];
}
