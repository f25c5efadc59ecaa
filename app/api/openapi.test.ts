import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { descriptionOf } from "@/lib/platform/openapi/route-description";
import { buildDocument, type DescribedRoute } from "@/test/openapi/build-document";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
/** The sign-in's own protocol, and the answer to addresses that do not exist. */
const NOT_OURS = ["./auth/[...nextauth]/route.ts", "./[...path]/route.ts"];
const files = Object.entries(import.meta.glob<Record<string, object>>("./**/route.ts")).filter(([file]) => !NOT_OURS.includes(file));

/** What a handler's own comment says behind its method and address. */
function summaryOf(file: string, method: string): string {
  const source = readFileSync(path.join(import.meta.dirname, file), "utf8");
  for (const [comment] of source.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const said = comment
      .replace(/^\/\*\*|\*\/$/g, "")
      .replace(/^\s*\* ?/gm, "")
      .replace(/\s+/g, " ")
      .trim();
    if (method === "POST" && said.startsWith("POST does ")) return said;
    const isOf = said.startsWith(`${method} /api/`);
    const sentence = isOf ? (said.split("}: ")[1] ?? said.slice(said.indexOf(": ") + 1 || said.length).trim()) : "";
    if (sentence) return sentence.charAt(0).toUpperCase() + sentence.slice(1);
  }
  throw new Error(`the comment of ${method} in ${file} does not say what it does`);
}

async function describeAll(): Promise<DescribedRoute[]> {
  const routes: DescribedRoute[] = [];
  for (const [file, load] of files) {
    const handlers = await load();
    for (const method of METHODS.filter((name) => name in handlers)) {
      const description = descriptionOf(handlers[method] ?? {});
      if (!description) throw new Error(`${method} of ${file} is not described: use opsRead, opsWrite, opsChoice or describeRoute`);
      const address = `/api${file.slice(1, -"/route.ts".length)}`.replace(/\/\([^)]*\)/g, "").replace(/\[(\w+)\]/g, "{$1}");
      routes.push({ path: address, method, summary: summaryOf(file, method), description });
    }
  }
  return routes;
}

// docs/openapi.json is what /api/openapi.json serves; `npx vitest run app/api/openapi -u` writes it anew.
test("docs/openapi.json says what the routes and their schemas say", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const document = buildDocument(await describeAll(), version);
  await expect(`${JSON.stringify(document, null, 1)}\n`).toMatchFileSnapshot("../../docs/openapi.json");
});

/** Functions of pages that a browser may call, by their file. */
function serverActions(): Record<string, string> {
  const pages = readdirSync("app", { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file) && !/\.test\./.test(file));
  const sources = pages.map((file) => ({ file: `app/${file}`, source: readFileSync(path.join("app", file), "utf8") }));
  const named = sources
    .filter(({ source }) => /^["']use server["'];/m.test(source))
    .flatMap(({ file, source }) => [...source.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name]) => `${file} ${name}`));
  return Object.fromEntries(named.toSorted().map((name) => [name, "person"]));
}

// The scanner holds the build against it: what is built and does not stand there is closed. The same -u writes it anew.
test("the scanner's access table names every route and action with who may call it", async () => {
  const described = (await describeAll()).map(({ path: address, method, description: { caller, permission } }) => [
    `${method} ${address.replace(/\{(\w+)\}/g, "[$1]")}`,
    permission ?? caller,
  ]);
  const open = Object.entries(import.meta.glob<Record<string, object>>("./**/route.ts")).filter(([file]) => NOT_OURS.includes(file));
  for (const [file, load] of open) {
    const address = `/api${file.slice(1, -"/route.ts".length)}`;
    for (const method of Object.keys(await load()).filter((name) => /^[A-Z]+$/.test(name)))
      described.push([`${method} ${address}`, "anybody"]);
  }
  const routes = Object.fromEntries(described.toSorted(([one = ""], [other = ""]) => (one < other ? -1 : 1)));
  const table = `${JSON.stringify({ routes, actions: serverActions() }, null, 1)}\n`;
  await expect(table).toMatchFileSnapshot("../../lib/scanner/access-table.json");
});

test("a body in the document has the API's own case, and no member that path or route give", async () => {
  const document = buildDocument(await describeAll(), "1.0.0") as { paths: Record<string, Record<string, { requestBody?: unknown }>> };
  const bodyOf = (address: string, method: string) => document.paths[address]?.[method]?.requestBody;
  const fields = (address: string, method: string) => {
    const body = bodyOf(address, method) as { content: { "application/json": { schema: { properties: object; required?: string[] } } } };
    const { properties, required } = body.content["application/json"].schema;
    return [Object.keys(properties).toSorted(), required?.toSorted()];
  };
  expect(fields("/api/ops/kill-switch", "post")).toEqual([expect.not.arrayContaining(["name", "scope"]), ["on", "reason"]]);
  expect(fields("/api/ops/plugin-incidents/{id}/approve", "post")).toEqual([
    ["envelope", "plan_digest", "reason"],
    expect.arrayContaining(["plan_digest"]),
  ]);
  expect(fields("/api/ops/policy", "put")[0]).toEqual(expect.arrayContaining(["autopatch_enabled", "reason", "version", "whitelist"]));
  expect(bodyOf("/api/ops/webhooks", "delete")).toBeUndefined();
});
