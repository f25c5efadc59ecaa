import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import type postgres from "postgres";
import type { Exporter } from "@/lib/scanner/adapters/exporters";

/** What was planted beside the catalog, and where the scanner must then point. */
export interface Wanted {
  readonly invariant: string;
  readonly object: RegExp;
}

const FOLDER = path.join("server", "app");

/** A copy of a build; its chunks, which nobody changes, are linked. */
export function copyBuild(from: string, to: string): void {
  const isChunk = (file: string) => path.relative(from, file).startsWith(path.join("server", "chunks"));
  const isWanted = (file: string) => {
    const part = path.relative(from, file);
    return part === "" || part === "server" || part.startsWith(FOLDER) || /^server\/[^/]*manifest[^/]*$/.test(part);
  };
  cpSync(from, to, { recursive: true, filter: (file) => isWanted(file) && !isChunk(file) });
  symlinkSync(path.resolve(from, "server", "chunks"), path.join(to, "server", "chunks"));
}

const change = (file: string, edit: (value: Record<string, unknown>) => void) => {
  const value = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  edit(value);
  writeFileSync(file, JSON.stringify(value));
};

/** Adds two routes and an action that nobody was given the right to, as a build with them would hold them. */
export function plantInBuild(folder: string): readonly Wanted[] {
  const server = path.join(folder, "server");
  const chunk = (name: string, text: string) => {
    writeFileSync(path.join(server, `${name}-chunk.js`), text);
    writeFileSync(path.join(server, `${name}.js`), `R.c("server/${name}-chunk.js")\nmodule.exports=R.m(1).exports\n`);
  };
  chunk("planted", `module.exports=[1,e=>{async function o(){}e.s(["DELETE",0,o])}]`);
  chunk("planted-export", `module.exports=[2,e=>{let t="text/csv";async function o(){return t}e.s(["GET",0,o])}]`);
  change(path.join(server, "app-paths-manifest.json"), (paths) => {
    paths["/api/ops/(told)/planted/[id]/route"] = "planted.js";
    paths["/api/ops/planted-export/route"] = "planted-export.js";
  });
  change(path.join(server, "server-reference-manifest.json"), (references) => {
    (references.node as Record<string, unknown>).planted = { filename: "app/(center)/planted/actions.ts", exportedName: "planted" };
  });
  return [
    { invariant: "route.without_access", object: /^DELETE \/api\/ops\/planted\/\[id\]$/ },
    { invariant: "action.without_access", object: /^app\/\(center\)\/planted\/actions\.ts planted$/ },
    { invariant: "export.unregistered", object: /^\/api\/ops\/planted-export$/ },
  ];
}

/** An export that writes cells as they came. */
export const PLANTED_EXPORTER: Exporter = { route: "/api/ops/planted-cells", format: "csv", render: (cells) => cells.join(",") };

/** Writes past the gateway: rows changed with the guards out of force. */
export async function plantPastGateway(superuser: postgres.Sql): Promise<readonly Wanted[]> {
  await superuser.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update safety_switches set reason = reason`;
    await tx`update module_services set updated_at = updated_at`;
  });
  // What PostgreSQL counts within 10 s by itself, and scans of this kind are 30 s apart.
  await superuser`select pg_stat_force_next_flush()`;
  return [{ invariant: "gateway.unaudited_rows", object: /^module_services$/ }];
}

/** A row of nobody's, in a table that was planted to allow it. */
export async function plantOwnerless(superuser: postgres.Sql): Promise<readonly Wanted[]> {
  await superuser`insert into planted_nobody (id, tenant_id) values (1, null)`;
  return [{ invariant: "tenant.rows_without_tenant", object: /^planted_nobody$/ }];
}
