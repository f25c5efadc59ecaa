/** One spelling for one person; "" for none. @param {unknown} name */
export function person(name) {
  return typeof name === "string" ? name.normalize("NFKC").trim().toLowerCase() : "";
}
