import { lstatSync, readlinkSync } from "node:fs";
import path from "node:path";
import { INSIDE, OWN_ROOT_SCRIPT } from "@/lib/delivery/adapters/sandbox/own-root";
import { runtimeOf } from "@/lib/delivery/adapters/sandbox/plugin-package";
import type { StagingLimits } from "@/lib/delivery/adapters/sandbox/staging-limits";

/** A way to confine a candidate that was found to work on this machine. */
export interface Runner {
  readonly kind: "bwrap" | "unshare";
  /** Absolute paths of the programs it needs. */
  readonly program: string;
  readonly prlimit: string;
  readonly setpriv: string;
  readonly node: string;
  /** Null until somebody has proven that PHP is confined too (prove-php.ts). */
  readonly php: PhpProgram | null;
  /** Existing folder over which unshare lays the candidate's root; only the candidate sees that. */
  readonly rootFolder: string;
  /** User and group (the same number) to become first; null stays who we are. Only root may become another. */
  readonly identity: number | null;
}

/** PHP as it runs candidates: no php.ini, and of what it can load only what computes. */
export interface PhpProgram {
  readonly program: string;
  readonly extensions: readonly string[];
}

export interface Confined {
  readonly command: string;
  readonly commandArguments: readonly string[];
  readonly identity: number | null;
}

/** Which walls stand: `one` leaves the interpreter's own away, so that the namespaces are seen to hold alone. */
export type Walls = "both" | "one";

/**
 * The command line that runs one script of a candidate's folder with nothing else in reach: no host files, network or environment.
 *
 * Both give it a root of its own that holds libraries, the interpreter and its own folder, all of them read-only. Node's permission
 * model, or what PHP's settings forbid, stands behind that as a second wall.
 * The limits are set inside the new user namespace, since a limit on processes set outside would count the host's.
 *
 * @param folder  absolute, readable by the runner's identity
 * @param script  relative to it; PHP runs what is named so, Node all else
 * @throws RangeError for PHP with a runner on which it was not proven
 */
export function confine(runner: Runner, folder: string, script: string, limits: StagingLimits, walls: Walls = "both"): Confined {
  const { program: command, identity } = runner;
  const interpreter = runtimeOf(script) === "php" ? phpOnly(runner.php, limits, walls) : nodeOnly(runner.node, limits, walls);
  const run = [...limited(limits), interpreter.inside, ...interpreter.options, path.posix.join(INSIDE.candidate, script)];
  const own =
    runner.kind === "bwrap" ? [...bwrapArguments(runner, interpreter, folder), "--"] : unshareArguments(runner, interpreter, folder);
  return { command, identity, commandArguments: [...own, ...run] };
}

/** A program of the host, where the candidate finds it, and what it is started with. */
interface Interpreter {
  readonly program: string;
  readonly inside: string;
  /** A folder of the host that it reads besides libraries, or "". */
  readonly data: string;
  readonly options: readonly string[];
}

function unshareArguments({ rootFolder, prlimit, setpriv }: Runner, { program, inside, data }: Interpreter, folder: string): string[] {
  return [
    ..."--user --map-root-user --mount --net --pid --fork --ipc --uts --kill-child".split(" "),
    ...["--", "/bin/sh", "-c", OWN_ROOT_SCRIPT, "own-root", rootFolder, folder, program, inside, data, prlimit, setpriv],
  ];
}

function bwrapArguments(runner: Runner, { program, inside, data }: Interpreter, folder: string): string[] {
  return [
    ..."--unshare-all --unshare-user --uid 65534 --gid 65534 --cap-drop ALL --die-with-parent --new-session --clearenv".split(" "),
    ...["--ro-bind", "/usr/lib", "/usr/lib", "--ro-bind-try", "/usr/lib64", "/usr/lib64"],
    ...["/lib", "/lib64"].flatMap(libraryFolder),
    ...["--ro-bind", program, inside, "--ro-bind", runner.prlimit, INSIDE.prlimit],
    ...["--ro-bind", folder, INSIDE.candidate],
    ...(data === "" ? [] : ["--ro-bind-try", data, data]),
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

function nodeOnly(program: string, limits: StagingLimits, walls: Walls): Interpreter {
  const permission = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
  const second = walls === "both" ? [permission, `--allow-fs-read=${INSIDE.candidate}`] : [];
  return { program, inside: INSIDE.node, data: "", options: [...second, `--max-old-space-size=${limits.heapMb}`, "--no-warnings"] };
}

/** Debian's PHP has none of its own and knows not even UTC without them. */
const TIME_ZONES = "/usr/share/zoneinfo";

/** Functions that start programs or talk to others; the namespaces leave them nothing to reach, and this says so at once. */
const FORBIDDEN_PHP =
  "exec,passthru,shell_exec,system,proc_open,popen,pcntl_fork,pcntl_rfork,pcntl_exec,fsockopen,pfsockopen,stream_socket_client,stream_socket_server,mail,dl";

function phpOnly(php: PhpProgram | null, limits: StagingLimits, walls: Walls): Interpreter {
  if (php === null) throw new RangeError("no PHP was proven on this runner");
  const settings = ["display_errors=stderr", "log_errors=0", "html_errors=0", "error_reporting=-1", `memory_limit=${limits.heapMb}M`];
  const second = [`open_basedir=${INSIDE.candidate}`, `disable_functions=${FORBIDDEN_PHP}`, "allow_url_fopen=0", "enable_dl=0"];
  const extensions = php.extensions.map((name) => `extension=${name}`);
  const all = [...settings, ...extensions, ...(walls === "both" ? second : [])];
  return { program: php.program, inside: INSIDE.php, data: TIME_ZONES, options: ["-n", ...all.flatMap((one) => ["-d", one])] };
}
