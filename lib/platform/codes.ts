/** What kind of trouble a code speaks of (reliability-spec §2.1). */
export type CodeClass = "SECURITY" | "DATA" | "PERF" | "UX" | "INTEGRATION";

interface CodeEntry {
  readonly class: CodeClass;
  /** One sentence a tired on-call person understands. */
  readonly meaning: string;
}

/** The registry of codes: every log record and every refusal carries one of these. */
export const CODES = {
  // audit
  ERR_AUDIT_TAMPERED: { class: "SECURITY", meaning: "The audit log is not what was sealed; the record names the first bad index." },
  ERR_AUDIT_FORK: { class: "SECURITY", meaning: "An agent was shown a checkpoint that the audit log does not contain." },
  // http
  ERR_UNREADABLE: { class: "INTEGRATION", meaning: "The request's bytes could not be read as what they claim to be." },
  ERR_UNAUTHENTICATED: { class: "SECURITY", meaning: "The caller did not prove who it is." },
  ERR_FORBIDDEN: { class: "SECURITY", meaning: "The caller lacks the role this needs." },
  ERR_NOT_FOUND: { class: "UX", meaning: "There is no such object within the caller's tenants." },
  ERR_CONFLICT: { class: "DATA", meaning: "The state moved on; look again before repeating." },
  ERR_TOO_LARGE: { class: "PERF", meaning: "The body is larger than its limit." },
  ERR_UNSUPPORTED_MEDIA: { class: "INTEGRATION", meaning: "The content type or encoding is not accepted here." },
  ERR_INVALID: { class: "UX", meaning: "The body does not match its schema." },
  ERR_TOO_MANY: { class: "PERF", meaning: "The caller is over its rate; it may retry later." },
  ERR_UNAVAILABLE: { class: "PERF", meaning: "A part this needs is away; nothing was lost, retry later." },
  ERR_SLOW_BODY: { class: "PERF", meaning: "The body arrived too slowly." },
  ERR_INTERNAL: { class: "DATA", meaning: "An unexpected fault; the trace id finds its record." },
  // notify
  ERR_ADDRESS_RESTS: { class: "UX", meaning: "The address rests: only a test goes to it until it hears again." },
  // gateway
  ERR_IDEMPOTENCY_REUSED: { class: "DATA", meaning: "An idempotency key came back with another body." },
  ERR_KILL_SWITCH: { class: "SECURITY", meaning: "The kill switch is on: no new command is issued." },
  ERR_SAFE_MODE: { class: "SECURITY", meaning: "SAFE_MODE holds this scope to suggestions only." },
  ERR_AUTO_HEAL_OFF: { class: "SECURITY", meaning: "Automatic healing of this category is switched off." },
  ERR_CALENDAR: { class: "SECURITY", meaning: "A freeze, or the merchant's hours, let no change begin now." },
  ERR_SWITCHES_UNKNOWN: { class: "SECURITY", meaning: "The switches could not be read, so nothing is permitted." },
  ERR_SECOND_PERSON: { class: "SECURITY", meaning: "This leads away from safety: a second person has to agree." },
  ERR_VOID: { class: "SECURITY", meaning: "What was asked for or agreed to is no longer what would be done; ask anew." },
  // access
  ERR_STEP_UP: { class: "SECURITY", meaning: "This needs a fresh second factor, shown for exactly this." },
  ERR_CODE_WRONG: { class: "SECURITY", meaning: "The code is wrong, was used before, or too many were wrong." },
  ERR_NO_FACTOR: { class: "SECURITY", meaning: "The person has not set up a second factor." },
  ERR_PASSKEY_REFUSED: { class: "SECURITY", meaning: "The passkey's answer is not one to this question; the audit says why." },
  ERR_NO_PASSKEYS: { class: "SECURITY", meaning: "PUBLIC_URL is an address or is not secure, and browsers use no passkeys there." },
  ERR_SIGNATURE_NEEDED: {
    class: "SECURITY",
    meaning: "Agents install this only under approvers' own signatures, and this yes carries none.",
  },
  ERR_SIGNATURE_WRONG: { class: "SECURITY", meaning: "The signature is not one of this person's active key over exactly this." },
  ERR_PERSON_DISABLED: { class: "SECURITY", meaning: "The person's record is disabled: no token or session of theirs counts." },
  ERR_CLIENT_CERTIFICATE: { class: "SECURITY", meaning: "This plugin must show the client certificate that it is bound to, and did not." },
  ERR_SUPPORT_READ_ONLY: { class: "SECURITY", meaning: "Support mode only looks: leave it before anything can be changed." },
  ERR_ALL_TENANTS_NEEDED: { class: "SECURITY", meaning: "This concerns every tenant, and the caller acts for some of them only." },
  // modules
  ERR_TENANT_MISSING: { class: "SECURITY", meaning: "A module's signal does not say which tenant it is about." },
  ERR_TENANT_UNKNOWN: { class: "SECURITY", meaning: "A module's signal names a tenant that the module does not serve." },
  ERR_CROSS_TENANT: { class: "SECURITY", meaning: "A module spoke for a tenant that exists but that it does not serve." },
  ERR_UNCLASSIFIED: { class: "DATA", meaning: "A module told of an error without saying which." },
  WARN_UNCLASSIFIED: { class: "DATA", meaning: "A module warned without saying of what." },
  WARN_SIGNALS_DROPPED: { class: "PERF", meaning: "A module told more than is followed; what is above the bound is not." },
  WARN_HEAL_UNPROVEN: {
    class: "DATA",
    meaning: "The module that is there to be broken was not healed in time: until it is again, fixes are only suggested.",
  },
  WARN_MODULE_REFUSED: { class: "INTEGRATION", meaning: "What followed from a module's beat was refused." },
  ERR_REPAIR_RUN_NEEDED: { class: "DATA", meaning: "This changes a module's data, and is ordered by a repair run only, never by hand." },
  ERR_MANIFEST_UNKNOWN: { class: "INTEGRATION", meaning: "A module has not said yet what it declares, so nothing is ordered of it." },
  ERR_ORDER_UNDER_WAY: { class: "INTEGRATION", meaning: "A module is already doing what it was ordered to do." },
  ERR_NO_SNAPSHOT: { class: "DATA", meaning: "What this needs a snapshot of keeps none, or none could be taken." },
  INFO_HEAL_WAITS: { class: "DATA", meaning: "A step of healing has to wait, or somebody else took it; the next round looks again." },
  INFO_UNCLASSIFIED: { class: "DATA", meaning: "A module said something that bears no code." },
  // repair
  ERR_REPAIR_DIGEST_MOVED: {
    class: "DATA",
    meaning: "What a repair would do is no longer what was shown and agreed to; nothing was done, try it anew.",
  },
  ERR_REPAIR_EXPIRED: { class: "DATA", meaning: "A repair's dry-run is too old to be applied; try it anew." },
  ERR_REPAIR_PLAN_ONLY: { class: "DATA", meaning: "A repair of level 3 is made by people: Center writes the plan and stops." },
  ERR_REPAIR_UNDER_WAY: { class: "DATA", meaning: "Another run of this job is changing these rows just now." },
  ERR_REPAIR_NO_SNAPSHOT: { class: "DATA", meaning: "What would be changed could not be saved first, so nothing was changed." },
  ERR_REPAIR_FAILED: { class: "DATA", meaning: "A repair did not come to its end; what it had done was taken back." },
  ERR_REPAIR_STUCK: { class: "DATA", meaning: "A repair could neither be finished nor taken back: a person has to look." },
  // scanner
  ERR_CONTRACT_BROKEN: { class: "SECURITY", meaning: "An invariant that must always hold does not; the scanner's page says where." },
  ERR_ROUTE_CLOSED: {
    class: "SECURITY",
    meaning: "The scanner closed this route because it breaks the contract; two people open it again.",
  },
  ERR_WRITER_STOPPED: { class: "SECURITY", meaning: "The scanner stopped this writer because a wall around what it writes is down." },
  ERR_EXPORT_REFUSED: { class: "SECURITY", meaning: "This export does not render safely, or nobody said how it renders." },
  // delivery
  ERR_ARTIFACT_MISMATCH: { class: "SECURITY", meaning: "An artifact's bytes are not those that its release announced." },
  ERR_METADATA_REFUSED: {
    class: "SECURITY",
    meaning: "Signed metadata does not follow from what is here, or speaks of what was not announced.",
  },
  ERR_ROOT_PINNED: { class: "SECURITY", meaning: "A root of trust stands already; only its own keys can name another." },
  ERR_RELEASE_UNSIGNED: { class: "SECURITY", meaning: "The agent takes only what its vendor signed, and nobody signed this release." },
  WARN_METADATA_EXPIRING: { class: "SECURITY", meaning: "Signed metadata is about to expire; from then on agents install nothing." },
  // process
  ERR_DATABASE: { class: "DATA", meaning: "The database refused or did not answer." },
  ERR_DISK_FULL: { class: "PERF", meaning: "The disk is full; nothing that was acknowledged is lost, make room and it goes on." },
  ERR_SCHEMA_NEWER: { class: "DATA", meaning: "A newer release migrated this database; this build must not work on it." },
  ERR_LEASE_LOST: { class: "DATA", meaning: "Another worker took this work over; the late one changes nothing." },
  ERR_JOB_FAILED: { class: "DATA", meaning: "A background step failed and will be taken up again." },
  INFO_OUTPACED: { class: "DATA", meaning: "Another process was faster at a piece of background work; nothing was left undone." },
  INFO_STARTED: { class: "UX", meaning: "A process is up." },
  INFO_STOPPED: { class: "UX", meaning: "A process drained and ended." },
  INFO_COMMAND: { class: "DATA", meaning: "A governed change was made." },
  INFO_REQUEST: { class: "PERF", meaning: "A request was answered." },
  WARN_REFUSED: { class: "SECURITY", meaning: "A governed change was refused; the audit has it." },
  WARN_RETRY: { class: "INTEGRATION", meaning: "An outside call failed and will be tried again." },
  WARN_GAVE_WAY: { class: "DATA", meaning: "The database undid a change so that another could go on; it is made again at once." },
  WARN_LEASE_LOST: { class: "DATA", meaning: "A worker lost its lease and let go of its step." },
  WARN_SIRA_FALLBACK: { class: "INTEGRATION", meaning: "SIRA did not answer properly; suggestions only." },
  // staging
  // demo
  INFO_TRAFFIC: { class: "INTEGRATION", meaning: "What the demo's customers ordered and its receivers took, since the start." },
  WARN_CHILD_ENDED: { class: "INTEGRATION", meaning: "A process that should go on ended; it is started again after a pause." },
} as const satisfies Record<string, CodeEntry>;

export type Code = keyof typeof CODES;
