import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { POST as beatRoute } from "@/app/api/modules/beat/route";
import { POST as resultRoute } from "@/app/api/modules/commands/[id]/result/route";
import { POST as chunkRoute } from "@/app/api/modules/snapshots/[id]/chunks/[digest]/route";
import { POST as readRoute } from "@/app/api/modules/snapshots/[id]/read/route";
import { readTrust } from "@/lib/access/trust";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { startModuleAgent } from "@/module-client/js/start-module-agent.mjs";
import type { ModuleAgent, Task } from "@/module-client/js/types.d.mts";
import { type MadeService, makeModuleService } from "@/test/module-service";

type Handler = (request: Request, context: never) => Promise<Response>;
const ROUTES: readonly [RegExp, Handler][] = [
  [/^\/api\/modules\/beat$/, beatRoute as Handler],
  [/^\/api\/modules\/commands\/(?<id>[^/]+)\/result$/, resultRoute as Handler],
  [/^\/api\/modules\/snapshots\/(?<id>[^/]+)\/chunks\/(?<digest>[^/]+)$/, chunkRoute as Handler],
  [/^\/api\/modules\/snapshots\/(?<id>[^/]+)\/read$/, readRoute as Handler],
];

/** Center's own handlers behind a real socket, as a module meets them. */
async function serveRoutes(): Promise<{ server: Server; url: string }> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const path = incoming.url ?? "";
    const [pattern, handler] = ROUTES.find(([one]) => one.test(path)) ?? [];
    const params = Promise.resolve({ ...pattern?.exec(path)?.groups });
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const request = new Request(`http://center.test${path}`, { method: "POST", headers, body: Buffer.concat(chunks) });
    const answer = handler ? await handler(request, { params } as never) : new Response(null, { status: 404 });
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A module with a few rows a tenant, kept in memory, whose real agent speaks to Center's real handlers. */
export interface KeepingModule extends MadeService {
  readonly rows: Map<string, Map<string, string>>;
  /** Set, a restore loses this row on the way: what a broken module does. */
  loses: string | null;
  /** What somebody else commits just before a restore replaces anything. */
  before: (() => void) | null;
  readonly agent: ModuleAgent;
  close(): Promise<void>;
}

export async function startKeepingModule(tenantIds: readonly string[], key: string): Promise<KeepingModule> {
  const rows = new Map(tenantIds.map((id) => [id, new Map<string, string>()]));
  const tell = async ({ tenantId, snapshot }: Task, of: Map<string, string>) =>
    snapshot?.write(
      "things",
      [...of].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([id, value]) => ({ id, value, tenantId })),
    );
  const restore = async (task: Task) => {
    const found = new Map<string, string>();
    for await (const { row } of task.snapshot?.rows() ?? []) {
      const { id, value } = row as { id: string; value: string };
      if (id !== module.loses) found.set(id, value);
    }
    if (!task.snapshot?.isDrill) module.before?.();
    const here = [...(rows.get(task.tenantId ?? "") ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1));
    await task.snapshot?.undo?.write(
      "things",
      here.map(([id, value]) => ({ id, value, tenantId: task.tenantId })),
    );
    await task.snapshot?.undo?.requireSame();
    if (!task.snapshot?.isDrill) rows.set(task.tenantId ?? "", found);
    await tell(task, found);
  };
  const snapshot = { take: (task: Task) => tell(task, rows.get(task.tenantId ?? "") ?? new Map()), restore };
  const definition = defineModule({ key, title: key, version: "1.0.0", namespace: "things", criticality: "standard", snapshot });
  const service = await makeModuleService(tenantIds, {
    moduleKey: key,
    manifest: { ...definition.manifest },
    manifestDigest: definition.digest,
  });
  const { server, url } = await serveRoutes();
  const dir = mkdtempSync(join(tmpdir(), "keeping-"));
  const trust = await readTrust(new Date());
  const agent = startModuleAgent({
    ...{ centerUrl: url, moduleId: service.id, secret: service.secret, definition, dir, beatSeconds: 1 },
    pinnedKeys: trust.keys as never,
    knowsTenant: (id) => rows.has(id),
  });
  const close = async () => {
    await agent.stop();
    await new Promise((resolve) => server.close(resolve));
    rmSync(dir, { recursive: true, force: true });
  };
  const module: KeepingModule = { ...service, rows, loses: null, before: null, agent, close };
  return module;
}
