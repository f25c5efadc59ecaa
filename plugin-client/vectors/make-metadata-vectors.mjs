/** @typedef {ReturnType<typeof import("./make-vectors.mjs").seededKey>} Key */

/** OLPC canonical JSON of what metadata holds here: objects, lists, strings and whole numbers. @param {any} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

/**
 * Metadata of the signed releases (TUF): a root that names two keys for targets, both needed, and files that claim to be signed by them.
 * @param {{ seededKey: (name: string) => Key, sha256: (bytes: string | Buffer) => Buffer }} given
 */
export function makeMetadataVectors({ seededKey, sha256 }) {
  const expires = "2100-01-01T00:00:00Z";
  const listed = (/** @type {Key} */ { publicHex }) => ({ keytype: "ed25519", scheme: "ed25519", keyval: { public: publicHex } });
  const idOf = (/** @type {Key} */ key) => sha256(canonical(listed(key))).toString("hex");
  const [rootKey, first, second, stranger] = [
    seededKey("root"),
    seededKey("first vendor"),
    seededKey("second vendor"),
    seededKey("stranger"),
  ];
  const role = (/** @type {number} */ threshold, /** @type {Key[]} */ ...keys) => ({ keyids: keys.map(idOf), threshold });
  /** @type {(signed: object, keys: Key[]) => { signed: object, signatures: { keyid: string, sig: string }[] }} */
  const sealed = (signed, keys) => ({
    signed,
    signatures: keys.map((key) => ({ keyid: idOf(key), sig: key.sign(Buffer.from(canonical(signed))).toString("hex") })),
  });
  const root = {
    _type: "root",
    spec_version: "1.0.31",
    version: 1,
    expires,
    consistent_snapshot: true,
    keys: Object.fromEntries([rootKey, first, second].map((key) => [idOf(key), listed(key)])),
    roles: { root: role(1, rootKey), targets: role(2, first, second), snapshot: role(1, rootKey), timestamp: role(1, rootKey) },
  };
  const path = "demo-pay/1.2.3";
  const digest = sha256("the package of 1.2.3").toString("hex");
  const target = { length: 1_000, hashes: { sha256: digest }, custom: { plugin_key: "demo-pay", version: "1.2.3" } };
  const targets = { _type: "targets", spec_version: "1.0.31", version: 1, expires, targets: { [path]: target } };
  const good = sealed(targets, [first, second]);
  const text = (/** @type {object} */ file) => JSON.stringify(file);
  /** @type {(name: string, signed: boolean, file: object) => object} */
  const one = (name, signed, file) => ({ name, signed, text: text(file) });
  return {
    about:
      "Metadata of signed releases. A signature covers the OLPC canonical JSON of `signed`; its SHA-256 for the good file is canonical_sha256. signed: whether the threshold that root names for targets is reached.",
    root: text(sealed(root, [rootKey])),
    canonical_sha256: sha256(canonical(targets)).toString("hex"),
    cases: [
      one("good", true, good),
      one("keys in another order, members too", true, {
        signatures: [...good.signatures].reverse(),
        signed: Object.fromEntries(Object.entries(targets).reverse()),
      }),
      one("one key of two", false, sealed(targets, [first])),
      one("one key twice", false, sealed(targets, [first, first])),
      one("a stranger's key beside", false, sealed(targets, [first, stranger])),
      one("changed after signing", false, { ...good, signed: { ...targets, version: 2 } }),
      one("signatures of other metadata", false, { ...good, signatures: sealed({ ...targets, version: 2 }, [first, second]).signatures }),
    ],
  };
}
