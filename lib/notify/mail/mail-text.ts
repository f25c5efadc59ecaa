import type { Severity } from "@/lib/kernel/severity";
import { fleetSentence, incidentSentence, notificationText } from "@/lib/notify/notification-text";
import { plain, type TextLines } from "@/lib/notify/plain";
import type { FleetFacts, IncidentFacts, NotificationEvent, NotificationFacts } from "@/lib/notify/types";
import { LIMITS } from "@/lib/platform/limits";

export type Language = "en" | "fr";

/** What a mailbox gets: one line that says it, and a few more. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
}

/** Where a one-time link goes once the message is sent. */
export const LINK_PLACE = "{{one-time link}}";

function subjectOf(line: string): string {
  return line.length > LIMITS.mailSubjectCharacters ? `${line.slice(0, LIMITS.mailSubjectCharacters - 1)}…` : line;
}

/** Texts that end a message; links stand on lines of their own. */
const SAY = {
  look: { en: "Open it in the Reliability Center:", fr: "Ouvrez-le dans le Reliability Center :" },
  why: {
    en: "Your account says what you are told of by e-mail:",
    fr: "Votre compte indique ce dont vous êtes informé par e-mail :",
  },
  paused: {
    en: "This is the last message of this hour: more happens than you can read. The Center has it all.",
    fr: "C'est le dernier message de cette heure : il se passe plus que vous ne pouvez lire. Le Center garde tout.",
  },
} as const satisfies Record<string, TextLines>;

/** Where the members of a fleet incident stand, and the buttons for all of it. */
const fleetAddress = (publicUrl: string, fleetId: string) => `${publicUrl}/incidents?fleet_id=${fleetId}`;

function addressOf(facts: object, publicUrl: string): string {
  if ("fleet_id" in facts && typeof facts.fleet_id === "string") return fleetAddress(publicUrl, facts.fleet_id);
  if ("module_incident_id" in facts && typeof facts.module_incident_id === "string")
    return `${publicUrl}/module-incidents/${facts.module_incident_id}`;
  if ("release_id" in facts) return `${publicUrl}/rollouts`;
  if ("rollout_id" in facts && typeof facts.rollout_id === "string") return `${publicUrl}/rollouts/${facts.rollout_id}`;
  return "incident_id" in facts && typeof facts.incident_id === "string" ? `${publicUrl}/incidents/${facts.incident_id}` : `${publicUrl}/`;
}

/**
 * What somebody is told of an event.
 *
 * @param isLast  whether they are told no more within this hour
 */
export function noticeMail<Event extends NotificationEvent>(
  event: Event,
  facts: NotificationFacts[Event],
  to: { readonly language: Language; readonly publicUrl: string; readonly isLast: boolean },
): MailText {
  const { language, publicUrl } = to;
  const line = notificationText(event, facts)[language];
  const paragraphs = [line, `${SAY.look[language]}\n${addressOf(facts, publicUrl)}`];
  if (to.isLast) paragraphs.push(SAY.paused[language]);
  return { subject: subjectOf(line), text: [...paragraphs, `${SAY.why[language]}\n${publicUrl}/account`].join("\n\n") };
}

const WAKING: Readonly<Record<Severity, TextLines>> = {
  low: { en: "Look at this", fr: "À regarder" },
  medium: { en: "Look at this", fr: "À regarder" },
  high: { en: "You are needed", fr: "On a besoin de vous" },
  critical: { en: "You are needed now", fr: "On a besoin de vous maintenant" },
};

/** To whom, and how long they have. */
export interface Waking {
  readonly language: Language;
  readonly publicUrl: string;
  /** Until the next on call is woken; null where there is none. */
  readonly minutes: number | null;
  readonly again: boolean;
}

/** A message that wakes somebody: what is said, and the link by which they take it. */
export function wakingMail(said: string, severity: Severity, link: string, { language, minutes, again }: Waking): MailText {
  const call = WAKING[severity][language];
  const line = language === "fr" ? `${call} : ${said}` : `${call}: ${said}`;
  const wait =
    language === "fr"
      ? `Ouvrez-le et prenez-le en charge${minutes === null ? "" : ` ; sans réponse dans ${minutes} min, la personne suivante est réveillée`} :`
      : `Open it and acknowledge it${minutes === null ? "" : `; without an answer within ${minutes} min the next person is woken`}:`;
  const repeated = language === "fr" ? "Nouvel appel, personne n'a répondu." : "Called again, nobody has answered.";
  return { subject: subjectOf(line), text: [line, ...(again ? [repeated] : []), `${wait}\n${link}`].join("\n\n") };
}

/** What wakes somebody: what it is, how long they have, and where they say that they have it. */
export function pageMail(facts: IncidentFacts, to: Waking): MailText {
  return wakingMail(incidentSentence(facts)[to.language], facts.severity, `${to.publicUrl}/incidents/${facts.incident_id}`, to);
}

/** What wakes somebody for all that many merchants have at once: one message, whose link leads to all of it. */
export function fleetPageMail(facts: FleetFacts, to: Waking): MailText {
  return wakingMail(fleetSentence(facts)[to.language], facts.severity, fleetAddress(to.publicUrl, facts.fleet_id), to);
}

const LINK_SUBJECTS = {
  invite: { en: "You are invited to the Reliability Center", fr: "Vous êtes invité au Reliability Center" },
  reset: { en: "Choose a new password for the Reliability Center", fr: "Choisissez un nouveau mot de passe pour le Reliability Center" },
  first_admin: {
    en: "You are the first administrator of this Reliability Center",
    fr: "Vous êtes le premier administrateur de ce Reliability Center",
  },
} as const satisfies Record<string, TextLines>;

/** A one-time link on its way to its person. The text leaves room for it (LINK_PLACE). */
export function linkMail(kind: keyof typeof LINK_SUBJECTS, language: Language, expiresAt: Date): MailText {
  const until = `${expiresAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const subject = LINK_SUBJECTS[kind][language];
  const open =
    language === "fr"
      ? `Choisissez votre mot de passe par ce lien. Il fonctionne une fois, jusqu'au ${until} :`
      : `Choose your password by this link. It works once, until ${until}:`;
  const stray =
    language === "fr"
      ? "Vous n'attendiez rien ? Ignorez ce message : sans le lien, rien ne change."
      : "You did not expect this? Leave it alone: without the link nothing changes.";
  return { subject, text: [subject, `${open}\n${LINK_PLACE}`, stray].join("\n\n") };
}

/** That somebody looks at the reader's view, or at their merchant's: who, why, until when, and that they can be sent away. */
export function supportMail(
  facts: {
    readonly helper: string;
    readonly isMerchant: boolean;
    readonly reason: string;
    readonly startedAt: Date;
    readonly endsAt: Date;
  },
  { language, publicUrl }: { readonly language: Language; readonly publicUrl: string },
): MailText {
  const minute = (at: Date) => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const [who, why] = [plain(facts.helper), plain(facts.reason)];
  const [from, until] = [minute(facts.startedAt), minute(facts.endsAt)];
  const whose = facts.isMerchant ? { en: "your company's view", fr: "la vue de votre entreprise" } : { en: "your view", fr: "votre vue" };
  const line =
    language === "fr"
      ? `${who} consulte ${whose.fr} du Reliability Center en mode support`
      : `${who} is looking at ${whose.en} of the Reliability Center in support mode`;
  const how =
    language === "fr"
      ? `Depuis ${from}, jusqu'à ${until} au plus tard, en lecture seule. Motif : ${why}`
      : `Since ${from}, until ${until} at the latest, without the right to change anything. Reason: ${why}`;
  const account =
    language === "fr"
      ? `Votre compte dit qui a consulté votre vue, et permet d'y mettre fin :\n${publicUrl}/account`
      : `Your account says who looked at your view, and lets you end it:\n${publicUrl}/account`;
  return { subject: subjectOf(line), text: [`${line}.`, how, ...(facts.isMerchant ? [] : [account])].join("\n\n") };
}
