import { lstatSync, readlinkSync } from "node:fs";
import path from "node:path";
import type { StagingLimits } from "@/lib/delivery/adapters/sandbox/staging-limits";

/** A way to confine a candidate that was found to work on this machine. */
export interface Runner {
  readonly kind: "bwrap" | "unshare";
  /** Absolute paths of the programs it needs. */
  readonly program: string;
  readonly prlimit: string;
  readonly node: string;
  /** User and group (the same number) to become first; null stays who we are. Only root may become another. */
  readonly identity: number | null;
}

export interface Confined {
  readonly command: string;
  readonly commandArguments: readonly string[];
  readonly identity: number | null;
}

/** Where bwrap shows the candidate and the programs that run it. */
const INSIDE = { candidate: "/candidate", node: "/sandbox/node", prlimit: "/sandbox/prlimit" };

/**
 * The command line that runs one script of a candidate's folder with nothing else in reach: no host files, network or environment.
 *
 * bwrap hides the host's files by a root of its own. unshare leaves them in place, and Node's permission model denies them.
 * The limits are set inside the new user namespace, since a limit on processes set outside would count the host's.
 *
 * @param folder  absolute, readable by the runner's identity
 * @param script  relative to it
 */
export function confine(runner: Runner, folder: string, script: string, limits: StagingLimits): Confined {
  const { program: command, identity } = runner;
  if (runner.kind === "bwrap") {
    const run = [...limited(INSIDE.prlimit, limits), ...nodeOnly(INSIDE.node, INSIDE.candidate, script, limits)];
    return { command, identity, commandArguments: [...bwrapArguments(runner, folder), "--", ...run] };
  }
  const run = [...limited(runner.prlimit, limits), ...nodeOnly(runner.node, folder, script, limits)];
  return { command, identity, commandArguments: [...UNSHARE_ARGUMENTS, "--", ...run] };
}

const UNSHARE_ARGUMENTS = [
  ..."--user --map-user=1000 --map-group=1000".split(" "),
  ..."--net --pid --fork --ipc --uts --mount-proc --kill-child".split(" "),
];

function bwrapArguments(runner: Runner, folder: string): string[] {
  return [
    ..."--unshare-all --unshare-user --uid 65534 --gid 65534 --cap-drop ALL --die-with-parent --new-session --clearenv".split(" "),
    ...["--ro-bind", "/usr/lib", "/usr/lib", "--ro-bind-try", "/usr/lib64", "/usr/lib64"],
    ...["/lib", "/lib64"].flatMap(libraryFolder),
    ...["--ro-bind", runner.node, INSIDE.node, "--ro-bind", runner.prlimit, INSIDE.prlimit],
    ...["--ro-bind", folder, INSIDE.candidate],
    // Nothing at all can be written: /tmp exists for programs that look for it, and the root is read-only.
    ...["--dev", "/dev", "--dir", "/tmp", "--remount-ro", "/", "--chdir", INSIDE.candidate],
  ];
}

/** On most systems a link into /usr, on older ones a folder of its own. */
function libraryFolder(folder: string): string[] {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found) return [];
  return found.isSymbolicLink() ? ["--symlink", readlinkSync(folder), folder] : ["--ro-bind", folder, folder];
}

function limited(prlimit: string, limits: StagingLimits): string[] {
  return [
    prlimit,
    `--cpu=${limits.cpuSeconds}`,
    `--data=${limits.memoryMb * 1024 * 1024}`,
    `--nproc=${limits.processes}`,
    `--nofile=${limits.openFiles}`,
    `--fsize=${limits.fileBytes}`,
    "--core=0",
    "--",
  ];
}

function nodeOnly(node: string, folder: string, script: string, limits: StagingLimits): string[] {
  const permission = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
  const heap = `--max-old-space-size=${limits.heapMb}`;
  return [node, permission, `--allow-fs-read=${folder}`, heap, "--no-warnings", path.posix.join(folder, script)];
}
