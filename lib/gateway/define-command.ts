import type { z } from "zod";
import type { Json } from "@/lib/kernel/canonical-json";
import type { CommandDefinition } from "./types";

const defined = new Map<string, CommandDefinition<z.ZodType, Json>>();

/** Every command of the modules that were loaded. */
export function definedCommands(): readonly CommandDefinition<z.ZodType, Json>[] {
  return [...defined.values()];
}

/**
 * Declares a governed change. Authorisation, parsing, transaction, tenant scope, switches, idempotency, audit and outbox
 * are the gateway's (run-command.ts); `apply` only says what changes.
 *
 * @throws RangeError when two commands share a name
 */
export function defineCommand<Input extends z.ZodType, Result extends Json>(
  definition: CommandDefinition<Input, Result>,
): CommandDefinition<Input, Result> {
  if (defined.has(definition.name)) throw new RangeError(`command ${definition.name} is defined twice`);
  defined.set(definition.name, definition as unknown as CommandDefinition<z.ZodType, Json>);
  return definition;
}
