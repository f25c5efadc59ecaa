import type { ApproverTrust } from "../types.d.mts";

export function verifyTrust(envelope: unknown, current: ApproverTrust): { trust: ApproverTrust } | { problem: string };
