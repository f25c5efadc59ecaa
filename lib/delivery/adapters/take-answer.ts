import { z } from "zod";
import { authenticatePlugin, pluginActor, pluginHeaders, type SignedPlugin } from "@/lib/access/authenticate-plugin";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { readBytes } from "@/lib/platform/web/http";
import { strictJson } from "@/lib/platform/web/strict-json";
import { requireBound } from "@/lib/telemetry/read-beat";

/** The signed answer of an agent to one command, bound to its endpoint, its sender and its command. */
export interface AgentAnswer<Word> {
  readonly plugin: SignedPlugin;
  readonly actor: ReturnType<typeof pluginActor>;
  readonly word: Word;
  readonly now: Date;
}

/** The body of an answer as its sender writes it, for the documentation of what `takeAnswer` takes. */
export function answerEnvelope(type: string, data: z.ZodType): z.ZodType {
  return z.strictObject({ type: z.literal(type), timestamp: z.iso.datetime({ offset: true }), data });
}

/**
 * Reads what an agent says of one of its commands: bytes before meaning, and a body that cannot be moved to another path.
 *
 * @throws Refusal as the beat's; not-found is left to the command itself
 */
export async function takeAnswer<Word extends z.ZodType<{ command_id: string }>>(
  request: Request,
  type: string,
  commandId: string,
  schema: Word,
): Promise<AgentAnswer<z.output<Word>>> {
  const body = await readBytes(request, LIMITS.agentBodyBytes);
  const now = new Date();
  const plugin = await authenticatePlugin(pluginHeaders(request.headers), body, now);
  const json = strictJson(body);
  requireBound(json, type, plugin.pluginId);
  const parsed = schema.safeParse((json as { data: unknown }).data);
  if (!parsed.success) {
    const errors = parsed.error.issues.slice(0, 20).map((issue) => ({ path: `data.${issue.path.join(".")}`, message: issue.message }));
    refuse("invalid", "The answer does not match its schema", { errors });
  }
  if (parsed.data.command_id !== commandId)
    refuse("unauthenticated", "The body does not belong to this endpoint and plugin", { why: "other_command" });
  return { plugin, actor: pluginActor(plugin), word: parsed.data, now };
}
