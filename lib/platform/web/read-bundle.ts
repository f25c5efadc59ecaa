import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";
import { readBytes } from "./http";
import { strictJson } from "./strict-json";

const anyObject = z.record(z.string(), z.unknown());

/**
 * Reads a bundle of signed files: a JSON body whose strings are whole documents, and so longer than strings may be elsewhere.
 * @throws Refusal `too-large`, `unreadable` or `invalid`
 */
export async function readBundle(request: Request): Promise<Record<string, unknown>> {
  const bytes = await readBytes(request, LIMITS.tufBundleBytes);
  const parsed = anyObject.safeParse(strictJson(bytes, { stringBytes: LIMITS.tufMetadataBytes }));
  return parsed.success ? parsed.data : {};
}
