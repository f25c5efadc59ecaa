import type { Json } from "@/lib/kernel/canonical-json";

/** What a plugin's author asks for at a shell. */
export type SandboxOrder =
  | { readonly do: "sandbox_plugin"; readonly version: string }
  | {
      readonly do: "sandbox_send";
      readonly pluginId: string;
      readonly type: string;
      readonly toVersion: string | null;
      /** A file with the package. */
      readonly artifact: string | null;
      readonly config: Record<string, Json> | null;
    };

export const SANDBOX_USAGE = `  sandbox-plugin [--version 1.0.0]                               a plugin to try things out with: id, secret, trust, its page
  sandbox-send --plugin ID --type TYPE                           has it sent a signed command: ping, update (--to VERSION
      [--to VERSION] [--artifact FILE] [--config JSON]           --artifact FILE), commit, rollback, config_update, restart, isolate`;

function configOf(text: string | undefined): Record<string, Json> | null {
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, Json>;
  } catch {
    // Said below: no JSON and no object are the same mistake.
  }
  throw new RangeError("--config is a JSON object");
}

/** @throws RangeError that says what is missing */
export function parseSandboxOrder(order: "sandbox-plugin" | "sandbox-send", options: ReadonlyMap<string, string>): SandboxOrder {
  if (order === "sandbox-plugin") return { do: "sandbox_plugin", version: options.get("version") ?? "1.0.0" };
  const [pluginId, type] = [options.get("plugin"), options.get("type")];
  if (!pluginId || !type) throw new RangeError(`--${pluginId ? "type" : "plugin"} is missing`);
  const [toVersion = null, artifact = null] = [options.get("to"), options.get("artifact")];
  if (type === "update" && (toVersion === null || artifact === null)) throw new RangeError("an update needs --to and --artifact");
  return { do: "sandbox_send", pluginId, type, toVersion, artifact, config: configOf(options.get("config")) };
}
