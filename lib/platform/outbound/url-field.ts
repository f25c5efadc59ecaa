import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";

const hasNoCredentials = (text: string) => URL.canParse(text) && new URL(text).username === "" && new URL(text).password === "";

/** An address that others register for Center to call. Where it leads is judged at every call, after its name was looked up. */
export const urlField = z
  .url({ protocol: /^https?$/ })
  .max(LIMITS.urlCharacters)
  .refine(hasNoCredentials, "has no user or password in it");
