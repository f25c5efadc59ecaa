import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";
import { ROLES } from "../types";

/** What a record of a person may say. */
export const personFields = {
  email: z
    .email()
    .max(LIMITS.emailCharacters)
    .transform((text) => text.toLowerCase()),
  name: z.string().trim().min(1).max(LIMITS.nameCharacters),
  roles: z.array(z.enum(ROLES)).max(ROLES.length),
  /** Tenant ids, or exactly ["*"]. */
  tenants: z.union([z.tuple([z.literal("*")]), z.array(z.uuid().toLowerCase()).max(LIMITS.tenantsPerPerson)]),
} as const;

/** A password that may be set; the same characters typed on two keyboards count alike. */
export const passwordField = z
  .string()
  .refine(
    (text) => [...text.normalize("NFKC")].length >= LIMITS.passwordMinCharacters,
    `has at least ${LIMITS.passwordMinCharacters} characters`,
  )
  .refine((text) => Buffer.byteLength(text.normalize("NFKC")) <= LIMITS.passwordMaxBytes, `has at most ${LIMITS.passwordMaxBytes} bytes`);
