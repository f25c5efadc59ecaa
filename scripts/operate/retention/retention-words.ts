/** What the table of retention says again and again: how long, and who may have it erased before. */
export const FOREVER = "as long as the installation";
export const WITH_TENANT = "until the tenant is offboarded";
export const OFFBOARDING = "two security administrators, by offboarding";
export const ERASURE = "two security administrators, by erasing the person";
export const NOBODY = "nobody";
export const ITSELF = "nobody; it goes by itself";
