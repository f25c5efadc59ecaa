/**
 * The tenant id of what belongs to the platform itself (global switches, ops notifications): so that tenant_id can lead
 * every key. The audit log alone uses null for "global", as contract.md says.
 */
export const PLATFORM_TENANT = "00000000-0000-0000-0000-000000000000";
