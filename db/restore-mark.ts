/** What the schema's comment says from the beginning of a restore until its rows are committed: no Center starts on such a database. */
export const RESTORING = "reliability-center: a restore did not come to its end";
