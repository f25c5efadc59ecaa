import { z } from "zod";
import { missingRole } from "@/lib/access/roles";
import type { BodyDescription, Caller, FieldsDescription, RouteDescription } from "@/lib/platform/openapi/route-description";
import { snakeCase } from "@/lib/platform/web/field-case";

type JsonSchema = { [member: string]: unknown; properties?: Record<string, unknown>; required?: string[] };

/** One handler: where it is, what it says of itself, and in a sentence what it does. */
export interface DescribedRoute {
  /** As OpenAPI writes it: `/api/ops/plugins/{id}`. */
  readonly path: string;
  readonly method: string;
  readonly summary: string;
  readonly description: RouteDescription;
}

const SECURITY: Readonly<Record<Caller, readonly Record<string, readonly string[]>[]>> = {
  person: [{ bearer: [] }, { session: [] }],
  plugin: [{ plugin_id: [], webhook_id: [], webhook_timestamp: [], webhook_signature: [] }],
  module: [{ module_id: [], webhook_id: [], webhook_timestamp: [], webhook_signature: [] }],
  ingest: [{ ingest: [] }, { module_id: [], webhook_id: [], webhook_timestamp: [], webhook_signature: [] }],
  cron: [{ cron: [] }],
  anybody: [],
};

const header = (name: string, description: string) => ({ type: "apiKey", in: "header", name, description });
const SCHEMES = {
  bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "RS256, checked with MOLAM_ID_JWT_PUBLIC" },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "next-auth.session-token",
    description: "The browser's session; writes need the Origin of Center itself",
  },
  cron: { type: "http", scheme: "bearer", description: "CRON_SECRET" },
  ingest: { type: "http", scheme: "bearer", description: "A module service's token for signals (mit_...)" },
  module_id: header("module-id", "The id that the module service was registered under"),
  plugin_id: header("plugin-id", "The id that registration gave"),
  webhook_id: header("webhook-id", "Standard Webhooks: unique for each message, remembered for 660 s"),
  webhook_timestamp: header("webhook-timestamp", "Standard Webhooks: seconds since 1970, within 300 s"),
  webhook_signature: header("webhook-signature", "Standard Webhooks: v1,<base64 of HMAC-SHA256 over id.timestamp.body>"),
};

const PROBLEM = {
  type: "object",
  description:
    "RFC 9457. 400 unreadable, 401, 403 (names the missing role), 404, 409, 413, 415, 422 (with errors), 429 and 503 (with retry-after)",
  required: ["type", "title", "status", "code", "trace_id"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string", pattern: "^ERR_" },
    trace_id: { type: "string" },
    errors: { type: "array", items: { type: "object", properties: { path: { type: "string" }, message: { type: "string" } } } },
  },
};

function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

/** The members that a body may have, in the API's own case: the command's, without those that something else gives. */
function fieldsSchema({ input, given, wrappedIn }: FieldsDescription): JsonSchema {
  const whole = schemaOf(input);
  const inner = (wrappedIn === undefined ? null : whole.properties?.[wrappedIn]) as JsonSchema | null | undefined;
  const left = (schema: JsonSchema) =>
    Object.entries(schema.properties ?? {}).filter(([name]) => name !== wrappedIn && !given.includes(name));
  const members = [...left(whole), ...left(inner ?? {})].map(([name, schema]) => [snakeCase(name), schema] as const);
  const required = [...(whole.required ?? []), ...(inner?.required ?? [])].filter((name) => name !== wrappedIn && !given.includes(name));
  const properties = Object.fromEntries(members);
  return { type: "object", properties, ...(required.length > 0 ? { required: required.map(snakeCase) } : {}), additionalProperties: false };
}

function contentOf(body: BodyDescription): Record<string, { schema: unknown }> {
  if ("bytes" in body) return { [body.bytes]: { schema: { type: "string", format: "binary" } } };
  return { "application/json": { schema: "json" in body ? schemaOf(body.json) : fieldsSchema(body.fields) } };
}

function parametersOf({ path, description: { query, takesKey } }: DescribedRoute): unknown[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const { properties = {}, required = [] } = query ? schemaOf(query) : {};
  const inQuery = Object.entries(properties).map(([name, schema]) => ({ name, in: "query", required: required.includes(name), schema }));
  const key = takesKey ? [{ name: "idempotency-key", in: "header", required: false, schema: { type: "string", maxLength: 200 } }] : [];
  return [...inPath, ...inQuery, ...key];
}

function responsesOf({ statuses = [200], answers = "application/json" }: RouteDescription): Record<string, unknown> {
  const good = statuses.map((status) => [
    String(status),
    { description: status === 202 ? "A request that others approve" : "Done", content: { [answers]: {} } },
  ]);
  return { ...Object.fromEntries(good), default: { $ref: "#/components/responses/problem" } };
}

function operationOf(route: DescribedRoute): Record<string, unknown> {
  const { summary, description } = route;
  const { caller, permission, body } = description;
  const parameters = parametersOf(route);
  return {
    summary,
    ...(permission ? { description: `Needs \`${permission}\`, which role ${missingRole(permission)} holds.` } : {}),
    security: SECURITY[caller],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { content: contentOf(body) } } : {}),
    responses: responsesOf(description),
  };
}

/**
 * Builds the OpenAPI 3.1 document from the schemas that parse the requests. Answers are named by media type only.
 *
 * @param version  of the product
 * @returns the document, its paths in the order of their names
 */
export function buildDocument(routes: readonly DescribedRoute[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Reliability Center", version },
    paths,
    components: {
      securitySchemes: SCHEMES,
      responses: { problem: { description: "A clear no", content: { "application/problem+json": { schema: PROBLEM } } } },
    },
  };
}
