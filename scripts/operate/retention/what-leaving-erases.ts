import { LIMITS } from "@/lib/platform/limits";

/** What docs/retention.md says about erasing a person: what goes, what stays, and what is out of reach. */
export const ERASING_A_PERSON = `**Erasing a person** takes two security administrators as well, and a person who is disabled and holds no approver's key: \`POST /api/ops/people/<id>/erase { email, reason }\`, or
the button on _People_; the address is typed, the first asks, the other one agrees within ${LIMITS.looseningLifeSeconds / 3_600} hours, and it is done. The audit log holds aliases only (\`person:~<uuid>\`); who an alias stands for lies beside
it, sealed by a key of its own, and that key and what it sealed are destroyed. So the log stays as it was written: every proof, checkpoint and export goes on being verified, by Center and
by \`scripts/operate/verify-audit-export.mjs\`, and says \`erased-…\`. The record loses address, name, rights and whatever it signed in with; in every other row the address becomes
\`erased-<id>@erased.invalid\`, so that two people remain two. The answer names tables and columns in which it had to stay (\`kept_in\`): what
approvers signed, signed metadata, rows that a guard holds. The address is found as a whole word whatever its case; colleagues whose addresses end or begin alike keep theirs. What is kept
of it is a keyed digest, by which tokens and new records of the same address are told: only a security administrator of all tenants lets them in again. If the address turns up
once more, one security administrator repeats the call. All of it is one transaction that walks once over every table, within ${LIMITS.erasePersonSeconds} s; while it lasts, changes of the
rows that name the person wait, and at the end of that time nothing has happened and both may try again: a large installation erases people in a quiet hour.
What this does not reach: entries of before this was so, which hold addresses as they are; what a hand wrote past the gateway (break-glass); names that somebody typed into a sentence;
what modules and plugins sent; documents that the person signed with a key of their own, as approver; orders to agents that carry such signatures; lines of process logs. The key of
these digests is sealed by MASTER_KEY, and by NEXTAUTH_SECRET besides: either may be lost; with both, erased addresses are strangers again. If MASTER_KEY is lost, people of whom there is a record keep
their aliases; nobody else's is known any more.`;

/** What it says about a tenant that leaves. */
export const OFFBOARDING_A_TENANT = `**Offboarding a tenant** takes two security administrators with a fresh second factor each: \`POST /api/ops/tenants/<id>/offboard { slug, reason }\` asks, the same by the
other person within ${LIMITS.looseningLifeSeconds / 3_600} hours agrees. From then on nothing is healed for the tenant and no new command goes out; ${LIMITS.offboardingGraceHours} hours later its data keys are destroyed, its plugins revoked and its rows erased,
${LIMITS.eraseRowsAtOnce} a transaction, in every table but the audit log. What stays: the tenant's id without a name, and its audit entries, which say what was done and by whom.`;
