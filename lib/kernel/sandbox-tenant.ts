/**
 * The tenant in which plugin authors try things out. Nothing of it is ever observed, so it opens no incident: hence it wakes nobody, is decided
 * about by nobody, and stands in no figure of incidents and attempts. Orders by hand go to its plugins alone.
 */
export const SANDBOX_TENANT = "00000000-0000-8000-8000-00000000005b";

/** Keys of its plugins begin so, and thus are no merchant's: whatever compares plugins of one key never meets them. */
export const SANDBOX_KEY_PREFIX = "sandbox-";
