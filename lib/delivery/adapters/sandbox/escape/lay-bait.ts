import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import path from "node:path";
import type { Bait } from "@/lib/delivery/adapters/sandbox/escape/attempts";

/** Bait with the means to tell whether somebody took it. */
export interface LaidBait extends Bait {
  /** Stands in the file and in our environment, and nowhere else. */
  readonly secret: string;
  /** What happened on the host that only somebody who got out can have done, or null. */
  readonly taken: () => string | null;
  readonly remove: () => Promise<void>;
}

const ENVIRONMENT_NAME = "SANDBOX_ESCAPE_SECRET";

async function listen(where: string | { port: number; host: string }, onConnection: () => void): Promise<Server> {
  const server = createServer((socket) => {
    onConnection();
    socket.destroy();
  });
  if (typeof where === "string") server.listen(where);
  else server.listen(where.port, where.host);
  await once(server, "listening");
  return server;
}

/** A process that sleeps until it is ended, of the user that the candidate will be, with the secret in its environment. */
function startSentinel(identity: number | null, secret: string): ChildProcess {
  const who = identity === null ? {} : { uid: identity, gid: identity };
  return spawn("/bin/sleep", ["600"], { ...who, env: { [ENVIRONMENT_NAME]: secret } as unknown as NodeJS.ProcessEnv, stdio: "ignore" });
}

function outerAddress(): string {
  const all = Object.values(networkInterfaces()).flat();
  return all.find((one) => one !== undefined && !one.internal && one.family === "IPv4")?.address ?? "127.0.0.1";
}

/**
 * Puts within reach what a candidate must not reach: a readable file, a folder anybody may write, servers, a secret in our environment, a
 * process of its own user.
 *
 * @param marker  for the command lines of whatever the candidate starts
 */
export async function layBait(scratch: string, identity: number | null, marker: string): Promise<LaidBait> {
  const secret = randomUUID();
  const folder = path.join(scratch, `bait-${secret.slice(0, 8)}`);
  mkdirSync(folder);
  chmodSync(folder, 0o777); // whoever gets here may write: the walls alone are tried
  const [file, socketPath] = [path.join(folder, "secret"), path.join(folder, "socket")];
  writeFileSync(file, secret, { mode: 0o644 });
  process.env[ENVIRONMENT_NAME] = secret;
  let reached = 0;
  const reach = () => {
    reached += 1;
  };
  const [byAddress, byPath] = [await listen({ port: 0, host: "0.0.0.0" }, reach), await listen(socketPath, reach)];
  chmodSync(socketPath, 0o777);
  const datagrams = createSocket("udp4").on("message", reach);
  await new Promise<void>((resolve) => datagrams.bind(0, resolve));
  const sentinel = startSentinel(identity, secret);
  await once(sentinel, "spawn");
  const before = readdirSync(folder).join();
  const taken = () => {
    if (reached > 0) return "it reached a server";
    if (sentinel.exitCode !== null || sentinel.signalCode !== null) return "it ended a process outside";
    return readdirSync(folder).join() === before && readFileSync(file, "utf8") === secret ? null : "it changed the host's folder";
  };
  const remove = async () => {
    delete process.env[ENVIRONMENT_NAME];
    sentinel.kill("SIGKILL");
    datagrams.close();
    await Promise.all([byAddress, byPath].map((server) => new Promise((resolve) => server.close(resolve))));
    rmSync(folder, { recursive: true, force: true });
  };
  const { port: tcpPort } = byAddress.address() as AddressInfo;
  return {
    file,
    folder,
    tcpPort,
    udpPort: datagrams.address().port,
    address: outerAddress(),
    socket: socketPath,
    sentinel: sentinel.pid ?? 0,
    secret,
    marker,
    taken,
    remove,
  };
}
