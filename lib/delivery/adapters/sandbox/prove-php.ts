import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { confine, type Runner } from "@/lib/delivery/adapters/sandbox/confine";
import { findProgram } from "@/lib/delivery/adapters/sandbox/find-runner";
import { runConfined } from "@/lib/delivery/adapters/sandbox/run-confined";
import { STAGING_LIMITS } from "@/lib/delivery/adapters/sandbox/staging-limits";

/** Extensions that only compute, as plugins need them; each stands after those it needs. What talks to others or to C is never loaded. */
const COMPUTING = ["ctype", "iconv", "mbstring", "tokenizer", "dom", "simplexml", "xml"];
const ASKED_WITHIN_MS = 5_000;

/** Says "confined" only where PHP can reach nothing, with its own settings left away. */
const PROBE = `<?php
$own = ['.', '..', 'candidate', 'dev', 'sandbox', 'tmp', 'usr', 'lib', 'lib64'];
$others = array_filter(scandir('/usr'), fn($name) => $name[0] !== '.' && $name !== 'share' && strncmp($name, 'lib', 3) !== 0);
$shared = is_dir('/usr/share') ? array_diff(scandir('/usr/share'), ['.', '..', 'zoneinfo']) : [];
$networks = array_filter(array_keys(net_get_interfaces() ?: []), fn($name) => $name !== 'lo');
$environment = array_diff(array_keys(getenv()), ['PWD']);
echo array_diff(scandir('/'), $own) || $others || $shared || $networks || $environment ? 'open' : 'confined';
`;

/**
 * Finds this machine's PHP and proves on a probe that the runner confines it as well as Node.
 *
 * @param scratch an existing folder that other users may enter; a folder for the probe is made in it
 * @returns the runner with PHP, or null where there is none or it would not be confined: nothing of PHP may then be rehearsed
 */
export async function provePhp(runner: Runner, scratch: string): Promise<Runner | null> {
  const found = findProgram("php");
  if (!found) return null;
  const program = realpathSync(found);
  const asked = spawnSync(program, ["-n", "-r", "echo PHP_EXTENSION_DIR;"], {
    encoding: "utf8",
    timeout: ASKED_WITHIN_MS,
    env: process.env,
  });
  if (asked.status !== 0) return null;
  const extensions = COMPUTING.filter((name) => existsSync(path.join(asked.stdout, `${name}.so`)));
  const withPhp: Runner = { ...runner, php: { program, extensions } };
  const folder = path.join(scratch, "probe-php");
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(path.join(folder, "probe.php"), PROBE, { mode: 0o644 });
  const run = await runConfined(confine(withPhp, folder, "probe.php", STAGING_LIMITS, "one"), STAGING_LIMITS);
  return run.end === "exited" && run.code === 0 && run.stdout === "confined" ? withPhp : null;
}
