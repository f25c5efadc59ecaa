import type { z } from "zod";
import type { Permission } from "@/lib/access/types";

/** How a caller shows who it is. */
export type Caller = "person" | "plugin" | "module" | "ingest" | "cron" | "anybody";

/** What a body is: a schema of JSON fields, or bytes of some type. */
export type BodyDescription = { readonly json: z.ZodType } | { readonly fields: FieldsDescription } | { readonly bytes: string };

/** A body whose members become a command's input. */
export interface FieldsDescription {
  /** The command's own schema, in its own case. */
  readonly input: z.ZodType;
  /** Members of the input that path, query or route give, so that the body cannot. */
  readonly given: readonly string[];
  /** The member of the input that the body's members lie in. */
  readonly wrappedIn?: string | undefined;
}

/** What the OpenAPI document says of one handler, made of the very schemas that parse its requests. */
export interface RouteDescription {
  readonly caller: Caller;
  readonly permission?: Permission;
  readonly query?: z.ZodType | undefined;
  readonly body?: BodyDescription | undefined;
  /** Statuses of success. */
  readonly statuses?: readonly number[];
  /** Whether `idempotency-key` is heeded. */
  readonly takesKey?: boolean;
  /** Media type of the answer where it is not JSON. */
  readonly answers?: string;
}

const descriptions = new WeakMap<object, RouteDescription>();

/** Keeps a handler's description beside it; the handler itself stays what it was. */
export function describeRoute<Handler extends object>(handler: Handler, description: RouteDescription): Handler {
  descriptions.set(handler, description);
  return handler;
}

/** The description of a handler, or undefined where nobody described it. */
export function descriptionOf(handler: object): RouteDescription | undefined {
  return descriptions.get(handler);
}
