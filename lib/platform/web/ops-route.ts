import { z } from "zod";
import { authenticatePerson } from "@/lib/access/authenticate-person";
import { may, missingRole } from "@/lib/access/roles";
import { selfOf } from "@/lib/access/sessions/support/in-support";
import type { Actor, Permission, TenantScope } from "@/lib/access/types";
import { runCommand } from "@/lib/gateway/run-command";
import type { CommandDefinition } from "@/lib/gateway/types";
import type { Json } from "@/lib/kernel/canonical-json";
import { Refusal, refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { type BodyDescription, describeRoute } from "@/lib/platform/openapi/route-description";
import { refuseWhenPressed } from "@/lib/platform/overload/refuse-when-pressed";
import type { WorkKind } from "@/lib/platform/overload/shed";
import { camelCase, snakeCase } from "@/lib/platform/web/field-case";
import { readJson, readQuery, respond, route } from "@/lib/platform/web/http";

type Parameters = Readonly<Record<string, string>>;
interface RouteContext {
  readonly params: Promise<Parameters>;
}
/** A handler as Next calls it; routes without parameters in their path are called without a context by tests. */
export type OpsHandler = (request: Request, context?: RouteContext) => Promise<Response>;

/** What a handler knows once caller, path and query were judged. */
export interface OpsCall<Query = unknown> {
  readonly request: Request;
  readonly actor: Actor;
  /** The caller's tenants, for reads. */
  readonly scope: TenantScope;
  readonly params: Parameters;
  readonly query: Query;
  readonly now: Date;
}

const id = z.uuid();
const noQuery = z.strictObject({});

/** What the platform's own modules go by, besides their ids. */
const key = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  .max(LIMITS.moduleKeyCharacters);

/**
 * An id, or a key where the path says `key`, that is none answers as one that nobody has; names of Center's own things are left to whoever
 * looks them up.
 */
async function readParams(context: RouteContext | undefined, isNamed = false): Promise<Parameters> {
  const params = (await context?.params) ?? {};
  if (isNamed) return params;
  const isOne = ([name, value]: [string, string]) => id.safeParse(value).success || (name === "key" && key.safeParse(value).success);
  if (!Object.entries(params).every(isOne)) refuse("not-found", "No such object");
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value.toLowerCase()]));
}

interface OpsReadOptions<Query extends z.ZodType, Answer> {
  readonly permission: Permission;
  /** Strict; every parameter comes as text. */
  readonly query?: Query;
  /** Whether the path names something of Center's own, and is no id. */
  readonly isNamed?: boolean;
  /** By what it is turned away when Center is pressed: as a read, unless whoever stops or undoes harm needs it. */
  readonly work?: WorkKind;
  /** Reads within `scope`. Null is "no such object", whoever may own it. */
  readonly read: (call: OpsCall<z.output<Query>>) => Promise<Answer | null>;
}

/** A GET of the ops API: caller, permission, path and query are judged before anything is read. */
export function opsRead<Answer, Query extends z.ZodType = typeof noQuery>(options: OpsReadOptions<Query, Answer>): OpsHandler {
  const { permission } = options;
  const handler = route(async (request: Request, context?: RouteContext) => {
    refuseWhenPressed(options.work ?? "read");
    const now = systemClock.now();
    const actor = await authenticatePerson(request, now);
    if (!may(actor, permission)) refuse("forbidden", `This needs ${missingRole(permission)}`);
    const query = readQuery(request, options.query ?? (noQuery as unknown as Query));
    const params = await readParams(context, options.isNamed);
    const answer = await options.read({ request, actor, scope: actor.tenants, params, query, now });
    return respond(answer ?? new Refusal("not-found", "No such object"));
  });
  return describeRoute(handler, { caller: "person", permission, query: options.query });
}

type Body = Readonly<Record<string, unknown>>;
const anyObject = z.record(z.string(), z.unknown());

function unknownField(name: string): never {
  return refuse("invalid", "The body does not match its schema", { errors: [{ path: name.slice(0, 200), message: "unknown field" }] });
}

/**
 * A command's input from a body in the API's own case and the path's parameters: the fields stay what the command's strict
 * schema says they are, and a body can neither spell them otherwise nor speak about what the path already says.
 */
function inputFrom(body: Body, params: Body): Record<string, unknown> {
  const input: Record<string, unknown> = { ...params };
  for (const [name, value] of Object.entries(body)) {
    const field = camelCase(name);
    if (snakeCase(field) !== name || Object.hasOwn(input, field)) unknownField(name);
    input[field] = value;
  }
  return input;
}

/** Paths of a schema failure as the caller wrote them: its own case, and without the member that the route wrapped around it. */
function inCallersWords(error: unknown, wrappedIn: string | undefined): unknown {
  if (!(error instanceof Refusal) || !error.details.errors) return error;
  const errors = error.details.errors.map(({ path, message }) => {
    const [first = "", ...rest] = path.split(".");
    return { path: first === wrappedIn ? rest.join(".") : [snakeCase(first), ...rest].join("."), message };
  });
  return new Refusal(error.kind, error.message, { ...error.details, errors });
}

async function readBody(request: Request): Promise<Body> {
  const isEmpty = request.body === null || request.headers.get("content-length") === "0";
  return isEmpty ? {} : readJson(request, anyObject);
}

/** @throws Refusal unreadable for a key that could not be kept as it is */
function idempotencyKey(request: Request): string | null {
  const key = request.headers.get("idempotency-key");
  if (key === null) return null;
  if (!/^[\x21-\x7e]{1,200}$/.test(key) || key.length > LIMITS.idempotencyKeyCharacters)
    refuse("unreadable", "idempotency-key is not acceptable");
  return key;
}

/** What a write knows once its command has been made. */
export interface OpsDone<Query = unknown> extends OpsCall<Query> {
  readonly body: Body;
}

interface OpsWriteOptions<Input extends z.ZodType, Result extends Json, Query extends z.ZodType> {
  readonly command: CommandDefinition<Input, Result>;
  readonly query?: Query;
  /** Whether the path names something of Center's own, and is no id. */
  readonly isNamed?: boolean;
  /** Names that the path's parameters have in the command's input, e.g. { id: "pluginId" }. */
  readonly params?: Readonly<Record<string, string>>;
  /** Reads a body that is no JSON object; such a write takes no idempotency key. */
  readonly readBody?: (request: Request) => Promise<Body>;
  /** Members of the input that are always the same here, so that no body can say them. */
  readonly fixed?: Readonly<Record<string, Json>>;
  /** The command's input where it is not simply the body's fields. */
  readonly input?: (body: Body, params: Parameters, query: z.output<Query>) => unknown;
  /** The member of the input into which `input` put the body. */
  readonly wrappedIn?: string;
  /** What the caller is told where it is more than the command's answer: a secret this once, a document. */
  readonly answer?: (result: Result, call: OpsDone<z.output<Query>>) => Promise<unknown>;
  /** 200 unless said otherwise. */
  readonly status?: number;
  /** A command that may come to no more than a request, which others approve: that answers 202. */
  readonly mayAsk?: boolean;
  /** False where even a digest of the body must not be kept. */
  readonly takesKey?: boolean;
  /** Whether support mode's own person acts, and not the view that they see: to leave it. */
  readonly asSelf?: boolean;
}

function named(params: Parameters, names: Readonly<Record<string, string>> = {}): Parameters {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [names[name] ?? name, value]));
}

const isRequest = (result: Json) => typeof result === "object" && result !== null && "request_id" in result;

/** What the document says of a write's body. Without a path of its own, `input` of a query alone takes none. */
function bodyOf<Input extends z.ZodType, Result extends Json, Query extends z.ZodType>(
  options: OpsWriteOptions<Input, Result, Query>,
): BodyDescription | undefined {
  const { command, params = {}, fixed = {}, wrappedIn } = options;
  if (options.readBody) return { bytes: "application/octet-stream" };
  if (options.query) return undefined;
  return { fields: { input: command.input, given: [...Object.values(params), ...Object.keys(fixed)], wrappedIn } };
}

/**
 * A write of the ops API: one command. A caller without the permission is refused by the gateway, and audited there, before
 * its body is read.
 */
export function opsWrite<Input extends z.ZodType, Result extends Json, Query extends z.ZodType = typeof noQuery>(
  options: OpsWriteOptions<Input, Result, Query>,
): OpsHandler {
  const { command } = options;
  const takesKey = options.takesKey ?? options.readBody === undefined;
  const handler = route(async (request: Request, context?: RouteContext) => {
    const now = systemClock.now();
    const caller = await authenticatePerson(request, now);
    const actor = options.asSelf ? selfOf(caller) : caller;
    if (!may(actor, command.permission)) await runCommand(command, { input: null, actor, now });
    const query = readQuery(request, options.query ?? (noQuery as unknown as Query));
    const params = await readParams(context, options.isNamed);
    const body = await (options.readBody ?? readBody)(request);
    const input = options.input
      ? options.input(body, params, query)
      : inputFrom(body, { ...named(params, options.params), ...options.fixed });
    const key = takesKey ? idempotencyKey(request) : null;
    const result = await runCommand(command, { input, actor, now, idempotencyKey: key }).catch((error: unknown) => {
      throw inCallersWords(error, options.wrappedIn);
    });
    const call = { request, actor, scope: actor.tenants, params, query, body, now };
    const status = options.mayAsk && isRequest(result) ? 202 : (options.status ?? 200);
    return respond(options.answer ? await options.answer(result, call) : result, { status });
  });
  const statuses = [options.status ?? 200, ...(options.mayAsk ? [202] : [])];
  const { permission } = command;
  return describeRoute(handler, { caller: "person", permission, query: options.query, body: bodyOf(options), statuses, takesKey });
}

/** The command that a body asks for, with its input. */
export interface Choice {
  // biome-ignore lint/suspicious/noExplicitAny: commands of any input; each parses its own.
  readonly command: CommandDefinition<any, any>;
  readonly input: unknown;
}

interface OpsChoiceOptions<Body extends z.ZodType> {
  /** One of them, whose permission they all share: it refuses, and audits, who may do none of them. */
  readonly least: Choice["command"];
  readonly body: Body;
  readonly choose: (body: z.output<Body>, params: Parameters) => Choice;
}

/** A write whose body says which of several commands it is. As in `opsWrite`, who may not is refused by the gateway, unread. */
export function opsChoice<Body extends z.ZodType>(options: OpsChoiceOptions<Body>): OpsHandler {
  const handler = route(async (request: Request, context?: RouteContext) => {
    const now = systemClock.now();
    const actor = await authenticatePerson(request, now);
    if (!may(actor, options.least.permission)) await runCommand(options.least, { input: null, actor, now });
    const params = await readParams(context);
    const { command, input } = options.choose(await readJson(request, options.body), params);
    const done = runCommand(command, { input, actor, now, idempotencyKey: idempotencyKey(request) });
    const result = await done.catch((error: unknown) => {
      throw inCallersWords(error, undefined);
    });
    return respond(result);
  });
  const { permission } = options.least;
  return describeRoute(handler, { caller: "person", permission, body: { json: options.body }, takesKey: true });
}
