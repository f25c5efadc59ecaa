import { authenticateModule, type SignedModule } from "@/lib/access/authenticate-module";
import type { SignedHeaders } from "@/lib/access/credentials/signed-caller";
import type { Json } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { within } from "@/lib/platform/overload/within";
import { strictJson } from "@/lib/platform/web/strict-json";
import { type ModuleBeat, moduleBeatSchema } from "../types";
import { storeModuleBeat } from "./store-module-beat";

/** A beat that is durable. */
export interface AcceptedModuleBeat {
  readonly module: SignedModule;
  readonly beat: ModuleBeat;
  readonly isDuplicate: boolean;
}

/**
 * Refuses a signed body that was meant for another endpoint or speaks for another module: a signature covers bytes, not paths.
 * @throws Refusal unauthenticated
 */
export function requireOwnBody(body: Json, type: string, moduleId: string): void {
  const said = (typeof body === "object" && body !== null && !Array.isArray(body) ? body : {}) as { type?: Json; data?: Json };
  const data = (typeof said.data === "object" && said.data !== null ? said.data : {}) as { module_id?: Json };
  if (said.type !== type || data.module_id !== moduleId) {
    refuse("unauthenticated", "The body does not belong to this endpoint and module");
  }
}

/** @throws Refusal invalid with paths */
export function refuseShape(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[], what: string): never {
  const errors = issues.slice(0, 20).map(({ path, message }) => ({ path: path.map(String).join("."), message }));
  return refuse("invalid", `${what} does not match its schema`, { errors });
}

/**
 * Accepts one beat of a module: bytes before meaning, then durable.
 * @throws Refusal in the order size, signature, rate, parse, schema, time
 */
export async function acceptModuleBeat(headers: SignedHeaders, body: Uint8Array, now: Date): Promise<AcceptedModuleBeat> {
  const module = await authenticateModule(headers, body, now);
  const json = strictJson(body);
  requireOwnBody(json, "module.beat", module.moduleId);
  const parsed = moduleBeatSchema.safeParse(json);
  if (!parsed.success) return refuseShape(parsed.error.issues, "The beat");
  const { isDuplicate } = await within(LIMITS.acceptDeadlineMs, storeModuleBeat(module.webhookId, parsed.data, now), () =>
    refuse("unavailable", "The database is slow at the moment", { retryAfterSeconds: LIMITS.retryAfterSeconds }),
  );
  return { module, beat: parsed.data, isDuplicate };
}
