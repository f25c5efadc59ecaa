import type { StagingLimits } from "@/lib/delivery/adapters/sandbox/staging-limits";

/** What lies on the host for a candidate to reach for. */
export interface Bait {
  /** A file whose content is `secret`, in a folder that must stay as it is. */
  readonly file: string;
  readonly folder: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  /** An address of this machine that is not loopback, or loopback where there is none. */
  readonly address: string;
  readonly socket: string;
  /** What a child of the candidate says in its command line, so that it is seen from outside. */
  readonly marker: string;
  /** A process of the candidate's own user, outside. */
  readonly sentinel: number;
}

/** One way out. */
export interface Attempt {
  readonly name: string;
  /** An ES module that prints what it found, and the word ESCAPED once it did something that must be impossible. */
  readonly program: (bait: Bait) => string;
  readonly limits?: Partial<StagingLimits>;
  /** Whether it may be run without any wall, to show that it would get out. */
  readonly isHarmlessOutside: boolean;
}

const quoted = (text: string) => JSON.stringify(text);
const reading = (path: string) =>
  `import { readFileSync } from "node:fs"; try { console.log(readFileSync(${path}, "utf8")); } catch (error) { console.log(error.code); }`;
const outsideOnly = { isHarmlessOutside: true } as const;
const never = { isHarmlessOutside: false } as const;

const FILES: readonly Attempt[] = [
  { name: "read a host file", program: ({ file }) => reading(quoted(file)), ...outsideOnly },
  {
    name: "read the host's users",
    program: () =>
      `import { readFileSync } from "node:fs"; try { if (readFileSync("/etc/passwd", "utf8").includes("root:")) console.log("ESCAPED"); } catch {}`,
    ...outsideOnly,
  },
  {
    name: "read through a path that leaves the folder",
    program: ({ file }) => reading(`"../".repeat(40) + ${quoted(file.slice(1))}`),
    ...outsideOnly,
  },
  { name: "read through the first process' root", program: ({ file }) => reading(quoted(`/proc/1/root${file}`)), ...never },
  { name: "read through its own process' root", program: ({ file }) => reading(quoted(`/proc/self/root${file}`)), ...outsideOnly },
  {
    name: "read through a symlink of its own",
    program: ({ file }) => `
      import { readFileSync, symlinkSync, unlinkSync } from "node:fs";
      for (const folder of [".", "/tmp", "/dev/shm", "/candidate"]) {
        const link = folder + "/way-out-" + process.pid;
        try { symlinkSync(${quoted(file)}, link); console.log(readFileSync(link, "utf8")); unlinkSync(link); } catch {}
      }`,
    ...outsideOnly,
  },
  {
    name: "see the host's root",
    program: () =>
      `import { readdirSync } from "node:fs"; if (readdirSync("/").some((name) => ["etc", "home", "root", "var"].includes(name))) console.log("ESCAPED");`,
    ...outsideOnly,
  },
  {
    name: "see the host's devices",
    program: () =>
      `import { readdirSync } from "node:fs"; if (readdirSync("/dev").some((name) => /^(mem|kmsg|sd|vd|nvme|loop|fuse|kvm)/.test(name))) console.log("ESCAPED");`,
    ...never,
  },
  {
    name: "change the host's folder",
    program: ({ folder }) =>
      `import { writeFileSync } from "node:fs"; try { writeFileSync(${quoted(`${folder}/left-behind`)}, "1"); console.log("ESCAPED"); } catch {}`,
    ...outsideOnly,
  },
  {
    name: "write anywhere",
    program: () => `
      import { unlinkSync, writeFileSync } from "node:fs";
      for (const folder of ["/", "/candidate", "/tmp", "/dev", "/dev/shm", "/var/tmp", "/run", "/sandbox", "/usr/lib", process.cwd()]) {
        const file = folder + "/left-" + process.pid;
        try { writeFileSync(file, "1"); console.log("ESCAPED to", folder); unlinkSync(file); } catch {}
      }`,
    ...outsideOnly,
  },
  {
    name: "fill a disk",
    program: () => `
      import { closeSync, openSync, writeSync } from "node:fs";
      let most = 0;
      for (const folder of ["/tmp", "/dev/shm", "/candidate", "/sandbox", "/"]) {
        try { const file = openSync(folder + "/fill", "w"); for (let n = 0; n < 64; n += 1) most += writeSync(file, Buffer.alloc(1 << 20)); closeSync(file); } catch {}
      }
      if (most > 0) console.log("ESCAPED", most);`,
    ...never,
  },
];

const connecting = (where: string) => `
  import { connect } from "node:net";
  const socket = connect(${where}, () => { console.log("ESCAPED"); process.exit(0); });
  socket.on("error", (error) => { console.log(error.code); process.exit(0); });`;

const NETWORK: readonly Attempt[] = [
  { name: "connect to this machine's loopback", program: ({ tcpPort }) => connecting(`${tcpPort}, "127.0.0.1"`), ...outsideOnly },
  {
    name: "connect to this machine's address",
    program: ({ tcpPort, address }) => connecting(`${tcpPort}, ${quoted(address)}`),
    ...outsideOnly,
  },
  { name: "connect to a socket in a host folder", program: ({ socket }) => connecting(quoted(socket)), ...outsideOnly },
  {
    name: "send a datagram",
    program: ({ udpPort, address }) => `
      import { createSocket } from "node:dgram";
      const socket = createSocket("udp4");
      let left = 2;
      for (const host of ["127.0.0.1", ${quoted(address)}]) socket.send("out", ${udpPort}, host, () => { left -= 1; if (left === 0) socket.close(); });`,
    ...outsideOnly,
  },
  {
    name: "see an interface that leads anywhere",
    program: () =>
      `import { networkInterfaces } from "node:os"; if (Object.values(networkInterfaces()).flat().some((one) => !one.internal)) console.log("ESCAPED");`,
    ...outsideOnly,
  },
];

const WHO: readonly Attempt[] = [
  { name: "read our environment", program: () => `console.log(JSON.stringify(process.env));`, ...never },
  {
    name: "read another process' environment",
    program: ({ sentinel }) => `
      import { readFileSync } from "node:fs";
      for (const id of ["self", 1, 2, ${sentinel}]) try { console.log(readFileSync("/proc/" + id + "/environ", "utf8")); } catch {}`,
    ...outsideOnly,
  },
  {
    name: "start a program of the host",
    program: () => `
      import { spawnSync } from "node:child_process";
      for (const program of ["/bin/sh", "/usr/bin/env", "/usr/bin/mount", "/bin/busybox"]) if (!spawnSync(program, ["--help"]).error) console.log("ESCAPED", program);`,
    ...outsideOnly,
  },
  {
    name: "end a process outside",
    program: ({ sentinel }) => `try { process.kill(${sentinel}, "SIGKILL"); } catch {}`,
    ...outsideOnly,
  },
  { name: "end every process", program: () => `try { process.kill(-1, "SIGKILL"); } catch {}`, ...never },
  {
    name: "become root and mount",
    program: () => `
      import { spawnSync } from "node:child_process";
      try { process.setgid(1); console.log("ESCAPED gid"); } catch {}
      try { process.setuid(1); console.log("ESCAPED uid"); } catch {}
      for (const change of ["--inh-caps=+sys_admin", "--ambient-caps=+sys_chroot", "--groups=1", "--reuid=1"]) {
        const run = spawnSync("/sandbox/setpriv", [change, "/sandbox/setpriv", "-d"]);
        // setpriv passes over an ambient capability that it may not raise: what counts is what came of it.
        const isMore = !change.includes("caps") || /(Inheritable|Ambient) capabilities: (?!\\[none\\])/.test(String(run.stdout));
        if (!run.error && run.status === 0 && isMore) console.log("ESCAPED", change);
      }`,
    ...never,
  },
];

/** Starts children that start children, each of them seen from outside by its command line. */
const bomb = (marker: string) => `
  import { spawn } from "node:child_process";
  const code = "const { spawn } = require('node:child_process'); for (let n = 0; n < 6; n += 1) spawn(process.execPath, process.argv.slice(1).length ? ['-e', 'setInterval(() => {}, 1e6)', process.argv[1]] : [], { detached: true, stdio: 'ignore' }).on('error', () => {}); setInterval(() => {}, 1e6)";
  for (let n = 0; n < 8; n += 1) spawn(process.execPath, ["-e", code, ${quoted(marker)}], { detached: true, stdio: "ignore" }).on("error", () => {});
  setInterval(() => {}, 1e6);`;

const GREED: readonly Attempt[] = [
  // Some fifty processes at most: enough to be seen where nothing holds them, and no harm to this machine.
  { name: "a fork bomb", program: ({ marker }) => bomb(marker), limits: { wallMs: 4_000 }, ...outsideOnly },
  {
    name: "raise its own limits",
    program: () => `
      import { spawnSync } from "node:child_process";
      for (const limit of ["--nproc=4096", "--nofile=65536", "--fsize=unlimited", "--data=unlimited", "--cpu=100000"]) {
        const run = spawnSync("/sandbox/prlimit", [limit, "/sandbox/node", "-e", "0"]);
        if (!run.error && run.status === 0) console.log("ESCAPED", limit);
      }`,
    ...never,
  },
  {
    name: "outlive its run",
    program: ({ marker }) => `
      import { spawn } from "node:child_process";
      const child = spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)", ${quoted(marker)}], { detached: true, stdio: "ignore" });
      child.on("error", () => {}); child.unref();`,
    ...outsideOnly,
  },
  {
    name: "take memory beside the heap",
    program: () =>
      `const all = []; for (let n = 0; n < 64; n += 1) all.push(Buffer.alloc(32 << 20, 1)); console.log("ESCAPED", all.length);`,
    ...never,
  },
  {
    name: "take heap",
    program: () => `const all = []; for (let n = 0; n < 5e7; n += 1) all.push({ n }); console.log("ESCAPED", all.length);`,
    ...never,
  },
  {
    name: "open files without end",
    program: () => `
      import { openSync } from "node:fs";
      let open = 0; try { for (; open < 4096; open += 1) openSync(process.argv[1], "r"); } catch {}
      if (open >= 4096) console.log("ESCAPED", open);`,
    ...never,
  },
  { name: "never end", program: () => `process.on("SIGTERM", () => {}); for (;;) {}`, limits: { wallMs: 1_500 }, ...never },
  { name: "wait for ever", program: () => `setInterval(() => {}, 1e6);`, limits: { wallMs: 1_500 }, ...never },
  {
    name: "talk without end",
    program: () => `import { writeSync } from "node:fs"; for (;;) writeSync(1, "x".repeat(65536));`,
    ...never,
  },
];

/** Every attempt of a running candidate; hostile archives are tried apart. */
export const ATTEMPTS: readonly Attempt[] = [...FILES, ...NETWORK, ...WHO, ...GREED];
