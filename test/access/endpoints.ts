import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

type Handler = (request: Request, context: { params: Promise<Record<string, string | string[]>> }) => Promise<Response> | Response;

/** One exported method of one route file. */
export interface Endpoint {
  /** As its file says it: `GET /api/ops/plugins/[id]`. */
  readonly name: string;
  readonly handler: Handler;
}

/** One exported function of one file of server actions. */
export interface ServerAction {
  /** `app/(center)/incidents/[id]/actions.ts acknowledge` */
  readonly name: string;
  readonly run: (...given: unknown[]) => Promise<unknown>;
}

/** All that Next takes for a handler. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] as const;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}

/** Every endpoint that the file system holds, so that a new one cannot be forgotten. */
export async function findEndpoints(): Promise<Endpoint[]> {
  const files = filesBelow("app").filter((file) => /(^|\/)route\.tsx?$/.test(file));
  const found = files.map(async (file) => {
    const module = (await import(path.resolve(file))) as Record<string, unknown>;
    const address = `/${path.relative("app", path.dirname(file))}`.replace(/\/\([^)]*\)/g, "");
    return METHODS.filter((method) => method in module).map((method) => ({
      name: `${method} ${address}`,
      handler: module[method] as Handler,
    }));
  });
  // By address, whatever folders without one stand in between: whoever reads the audit first finds nobody's earlier tries in it.
  const addressOf = ({ name }: Endpoint) => name.slice(name.indexOf(" ") + 1);
  return (await Promise.all(found)).flat().toSorted((one, other) => addressOf(one).localeCompare(addressOf(other)));
}

/** Every server action that the file system holds: they are endpoints, too, whoever draws a button for them. */
export async function findServerActions(): Promise<ServerAction[]> {
  const files = ["app", "components", "lib"]
    .flatMap(filesBelow)
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && /^\s*["']use server["']/m.test(readFileSync(file, "utf8")));
  const found = files.map(async (file) => {
    const module = (await import(path.resolve(file))) as Record<string, unknown>;
    const actions = Object.entries(module).filter(([, value]) => typeof value === "function");
    return actions.map(([name, run]) => ({ name: `${file} ${name}`, run: run as ServerAction["run"] }));
  });
  return (await Promise.all(found)).flat();
}

/** Where a caller finds an endpoint: what is done about a request may depend on its address. */
export function callAddress(name: string, params: Readonly<Record<string, string | readonly string[]>>): string {
  const path = name.slice(name.indexOf(" ") + 1);
  return path.replace(/\[(?:\.\.\.)?(\w+)\]/g, (_part, key: string) => [params[key] ?? "-"].flat().map(encodeURIComponent).join("/"));
}
