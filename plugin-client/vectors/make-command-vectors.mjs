const COMMAND = "application/vnd.reliability.command+json";
const APPROVAL = "application/vnd.reliability.approval+json";
const HOUR_MS = 3_600_000;

/** @typedef {ReturnType<typeof import("./make-vectors.mjs").seededKey>} Key */

/** @typedef {{ now: number, pluginId: string, seededKey: (name: string) => Key, sha256: (bytes: string | Buffer) => Buffer }} Given */

const json = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value));

/** DSSE v1: the signature covers type and length besides the payload. @type {(type: string, payload: Buffer, keys: Key[]) => object} */
function envelope(payloadType, payload, keys) {
  const head = Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `);
  const signatures = keys.map((key) => ({ keyid: key.keyid, sig: key.sign(Buffer.concat([head, payload])).toString("base64") }));
  return { payloadType, payload: payload.toString("base64"), signatures };
}

/** @param {Given} given */
function commandMaker({ now, pluginId, sha256 }) {
  const later = new Date(now + HOUR_MS).toISOString();
  const artifact = (/** @type {string} */ version) => {
    const digest = sha256(`the package of ${version}`).toString("hex");
    return { url: `/api/artifacts/${digest}`, sha256: digest, length: 1_000 };
  };
  /** @type {(to: string, changes?: Record<string, unknown>, planChanges?: Record<string, unknown>) => Record<string, any>} */
  const update = (to, changes = {}, planChanges = {}) => {
    const cargo = artifact(to);
    // In the order of RFC 8785: by name.
    const plan = json({
      artifact_sha256: cargo.sha256,
      expires_at: later,
      from_version: "1.2.2",
      nonce: "00000000-0000-4000-8000-00000000000a",
      plugin_ids: [pluginId],
      plugin_key: "demo-pay",
      policy_version: 1,
      to_version: to,
      type: "update",
      ...planChanges,
    });
    return {
      id: "00000000-0000-4000-8000-0000000000c1",
      type: "update",
      plugin_id: pluginId,
      from_version: "1.2.2",
      to_version: to,
      artifact: cargo,
      config: null,
      ref: null,
      probation_s: 180,
      not_before: new Date(now).toISOString(),
      issued_at: new Date(now).toISOString(),
      expires_at: later,
      plan: plan.toString("base64"),
      plan_digest: `sha256:${sha256(plan).toString("hex")}`,
      quorum: [],
      ...changes,
    };
  };
  const plain = (/** @type {Record<string, unknown>} */ changes) =>
    update("1.2.3", { from_version: null, to_version: null, artifact: null, plan: null, plan_digest: null, ...changes });
  return { update, plain, artifact, later };
}

const accepted = { outcome: "accepted" };
const refused = (/** @type {string} */ reason) => ({ outcome: "refused", reason });
const ignored = (/** @type {string} */ reason) => ({ outcome: "ignored", reason });
/** @type {(name: string, expected: object, command: object, keys: Key[]) => object} */
const one = (name, expected, command, keys) => ({ name, expected, envelope: envelope(COMMAND, json(command), keys) });

/** What the envelope itself decides. @param {Given} given @param {ReturnType<typeof commandMaker>} make */
function envelopeCases({ seededKey }, { update, plain }) {
  const [center, stranger] = [seededKey("center"), seededKey("stranger")];
  const good = update("1.2.3");
  return [
    one("good update", accepted, good, [center]),
    one("ping", accepted, plain({ type: "ping" }), [center]),
    one("commit", accepted, plain({ type: "commit", ref: good.id }), [center]),
    one("two signatures, one of them known", accepted, good, [stranger, center]),
    one("wrong key", ignored("unknown_key"), good, [stranger]),
    {
      name: "payload changed after signing",
      expected: ignored("bad_signature"),
      envelope: { ...envelope(COMMAND, json(good), [center]), payload: json({ ...good, probation_s: 1 }).toString("base64") },
    },
    {
      name: "an approval passed off as a command",
      expected: ignored("bad_envelope"),
      envelope: envelope(APPROVAL, json(good), [center]),
    },
  ];
}

/** What a well signed command says that is not for here and now. @param {Given} given @param {ReturnType<typeof commandMaker>} make */
function contentCases({ now, pluginId, seededKey }, { update, plain, artifact, later }) {
  const good = update("1.2.3");
  const other = pluginId.replace(/1$/, "2");
  const evil = Buffer.from(Buffer.from(good.plan, "base64").toString().replace("demo-pay", "evil-pay")).toString("base64");
  /** @type {[name: string, reason: string, command: object][]} */
  const rows = [
    ["other plugin", "wrong_plugin", { ...good, plugin_id: other }],
    ["expired", "expired", { ...good, expires_at: new Date(now - 1_000).toISOString() }],
    ["not yet valid", "not_yet_valid", { ...good, not_before: later }],
    ["an unknown type", "unknown_type", plain({ type: "format_disk" })],
    ["commit of nothing", "bad_ref", plain({ type: "commit" })],
    ["downgrade", "downgrade", update("1.2.1")],
    ["from another version than is here", "from_version", update("1.2.3", { from_version: "1.2.1" }, { from_version: "1.2.1" })],
    ["plan changed after it was approved", "plan_digest", { ...good, plan: evil }],
    ["plan for others", "plan_target", update("1.2.3", {}, { plugin_ids: [other] })],
    ["plan of another artifact", "plan_artifact", update("1.2.3", { artifact: artifact("1.2.9") })],
  ];
  return rows.map(([name, reason, command]) => one(name, refused(reason), command, [seededKey("center")]));
}

/** What people have to sign. @param {Given} given @param {ReturnType<typeof commandMaker>} make */
function quorumCases({ now, seededKey }, { update, later }) {
  const major = update("2.0.0");
  const [ada, bola] = [seededKey("ada"), seededKey("bola")];
  /** @type {(people: [string, Key][], expires?: string) => object} */
  const approved = (people, expires = later) => ({
    ...major,
    quorum: people.map(([approver, key]) =>
      envelope(APPROVAL, json({ plan_digest: major.plan_digest, approver, expires_at: expires }), [key]),
    ),
  });
  const [yes, second] = /** @type {[string, Key][]} */ ([
    ["ada@example.com", ada],
    ["bola@example.com", bola],
  ]);
  const keys = [seededKey("center")];
  return [
    one("major with its quorum", accepted, approved([yes, second]), keys),
    one("major with nobody's signature", refused("quorum"), major, keys),
    one("quorum below the threshold", refused("quorum"), approved([yes]), keys),
    one("the same key twice", refused("quorum"), approved([yes, yes]), keys),
    one("one key under two names", refused("quorum"), approved([yes, ["bola@example.com", ada]]), keys),
    { ...one("a patch where the merchant wants signatures for all", refused("quorum"), update("1.2.3"), keys), quorum_for: "all" },
    { ...one("a major with its quorum, signatures wanted for all", accepted, approved([yes, second]), keys), quorum_for: "all" },
    { ...one("high impact without a vendor's word to tell", refused("quorum"), update("1.2.3"), keys), quorum_for: "high_impact" },
    one("approvals that have expired", refused("quorum"), approved([yes, second], new Date(now - 1_000).toISOString()), keys),
  ];
}

/** Commands in DSSE envelopes, each with what an agent on one disk version makes of it. @param {Given} given */
export function makeCommandVectors(given) {
  const { now, pluginId, seededKey } = given;
  const make = commandMaker(given);
  const listed = (/** @type {string} */ name) => {
    const { keyid, public_key } = seededKey(name);
    return { keyid, public_key };
  };
  return {
    about:
      "Commands as DSSE envelopes (Ed25519 over the PAE of type and payload). expected: what an agent answers that has this plugin id, this version on its disk, this trust, has pinned no root, wants signatures for quorum_for (major where a case says nothing), and has seen no command before.",
    now: new Date(now).toISOString(),
    plugin_id: pluginId,
    disk_version: "1.2.2",
    trust: {
      keys: [listed("center")],
      approver_keys: [
        { ...listed("ada"), approver: "ada@example.com" },
        { ...listed("bola"), approver: "bola@example.com" },
      ],
      threshold: 2,
    },
    cases: [...envelopeCases(given, make), ...contentCases(given, make), ...quorumCases(given, make)],
  };
}
