/** The one scan of all modules, as a subject of a lease: fixed, so that every process means the same. */
export const MODULE_SCAN = "00000000-0000-4000-8000-0000000030d5";
