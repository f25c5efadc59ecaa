import type { IncidentType } from "@/lib/detection/types";
import type { IncidentStatus } from "@/lib/incidents/types";
import type { Severity } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";
import { type QuietHours, quietUntil } from "./quiet-hours";

export const AREAS = ["any", "plugins", "fleet", "integrity"] as const;
export type Area = (typeof AREAS)[number];

/** What of an incident decides who is woken. */
export interface PagedIncident {
  readonly type: IncidentType;
  readonly severity: Severity;
  readonly status: IncidentStatus;
  readonly isAcknowledged: boolean;
  /** It is one of many that are told, and paged, as one. */
  readonly isOfFleet: boolean;
  /** Since when this bout of it is known; null where that is not kept. */
  readonly noticedAt: Date | null;
}

/** Whom an incident wakes, one after the other. */
export interface OnCallOrder {
  readonly people: readonly string[];
  readonly ackMinutes: number;
  readonly repageMinutes: number;
}

/** What is known of somebody who is on call. */
export interface OnCallPerson {
  readonly id: string;
  readonly isDisabled: boolean;
  /** Whether they may see this incident and acknowledge it. */
  readonly mayAct: boolean;
  readonly quiet: QuietHours | null;
  readonly criticalWakes: boolean;
}

/** A call that was made, oldest first. */
export interface SentPage {
  readonly personId: string;
  readonly at: Date;
}

export type NextPage =
  | { readonly do: "end"; readonly why: "over" | "acknowledged" }
  | { readonly do: "wait"; readonly why: "healing" | "fleet" | "settling" | "answer" | "again" }
  | { readonly do: "wait"; readonly why: "quiet"; readonly until: Date }
  | { readonly do: "nobody"; readonly why: "no_order" | "no_mail" | "none_reachable" }
  | { readonly do: "exhausted" }
  | {
      readonly do: "page";
      readonly personId: string;
      /** Whether the same person was called before, within this incident. */
      readonly isAgain: boolean;
      /** Until the next is called; null where there is nobody else. */
      readonly minutes: number | null;
    };

export interface PagingFacts {
  readonly incident: PagedIncident;
  /** Null where no order covers the incident. */
  readonly order: OnCallOrder | null;
  readonly people: readonly OnCallPerson[];
  readonly sent: readonly SentPage[];
  /** Whether a mail server is set: without one nobody can be reached. */
  readonly hasMail: boolean;
  readonly now: Date;
}

/** The part of the house that an incident is about: each may have an order of its own. */
export function areaOf(type: IncidentType): Exclude<Area, "any"> {
  if (type === "fleet") return "fleet";
  return type === "contract_violation" || type === "drift" ? "integrity" : "plugins";
}

/** The order that covers an incident: that of its area, else the one for anything. */
export function orderFor<Order extends { readonly area: Area; readonly severity: Severity }>(
  orders: readonly Order[],
  incident: Pick<PagedIncident, "type" | "severity">,
): Order | null {
  const ofSeverity = orders.filter(({ severity }) => severity === incident.severity);
  const of = (area: Area) => ofSeverity.find((order) => order.area === area);
  return of(areaOf(incident.type)) ?? of("any") ?? null;
}

/** Until when somebody sleeps and is not woken for this; null when they may be called. */
function asleepUntil(person: OnCallPerson, severity: Severity, now: Date): Date | null {
  if (!person.quiet || (severity === "critical" && person.criticalWakes)) return null;
  return quietUntil(person.quiet, now);
}

const minutesLater = (at: Date, minutes: number) => new Date(at.getTime() + minutes * 60_000);

/** Whoever was called since the order was last begun anew: nobody is in it twice. */
function calledThisRound(sent: readonly SentPage[]): ReadonlySet<string> {
  let round = new Set<string>();
  for (const { personId } of sent) {
    if (round.has(personId)) round = new Set();
    round.add(personId);
  }
  return round;
}

/** What keeps everybody from being called, before anybody is chosen; null when somebody may be. */
function beforeAnybody({ incident, order, sent, hasMail, now }: PagingFacts): NextPage | null {
  if (incident.status === "resolved" || incident.status === "closed") return { do: "end", why: "over" };
  if (incident.isAcknowledged) return { do: "end", why: "acknowledged" };
  if (incident.isOfFleet && incident.type !== "fleet") return { do: "wait", why: "fleet" };
  if (incident.status === "healing" && incident.severity !== "critical") return { do: "wait", why: "healing" };
  if (!order || order.people.length === 0) return { do: "nobody", why: "no_order" };
  if (!hasMail) return { do: "nobody", why: "no_mail" };
  // By then it shows whether it is one of many, and whether it is being healed: a storm wakes people once, not shop by shop.
  if (sent.length === 0 && incident.noticedAt && now.getTime() < incident.noticedAt.getTime() + LIMITS.pageSettleSeconds * 1_000)
    return { do: "wait", why: "settling" };
  return sent.length >= LIMITS.pagesPerIncident ? { do: "exhausted" } : null;
}

/**
 * Decides who is called next for an incident, if anybody. What it says follows from what happened and from the time alone, so it can be
 * asked as often as one likes: it says *page* until that call stands in `sent`.
 *
 * @returns `page` whom to call now; `wait` nobody yet, or not again; `nobody` there is none to call, which people should see; `exhausted`
 *          everybody was called often enough; `end` the incident has an owner, or is over
 */
export function nextPage(facts: PagingFacts): NextPage {
  const held = beforeAnybody(facts);
  const { incident, order, people, sent, now } = facts;
  if (held || !order) return held ?? { do: "nobody", why: "no_order" };
  const reachable = order.people.flatMap((id) => people.filter((person) => person.id === id && !person.isDisabled && person.mayAct));
  if (reachable.length === 0) return { do: "nobody", why: "none_reachable" };

  const last = sent.at(-1);
  // Nobody waits for the answer of somebody who was shut out since.
  const isAnswerDue = last !== undefined && reachable.some(({ id }) => id === last.personId);
  if (isAnswerDue && now < minutesLater(last.at, order.ackMinutes)) return { do: "wait", why: "answer" };

  const awake = reachable.filter((person) => asleepUntil(person, incident.severity, now) === null);
  const called = calledThisRound(sent);
  const fresh = awake.filter(({ id }) => !called.has(id));
  const isRoundOver = fresh.length === 0;
  const [chosen] = isRoundOver ? awake : fresh;
  if (!chosen) {
    const mornings = reachable.flatMap((person) => asleepUntil(person, incident.severity, now) ?? []);
    return { do: "wait", why: "quiet", until: new Date(Math.min(...mornings.map((at) => at.getTime()))) };
  }
  if (isRoundOver && last && now < minutesLater(last.at, order.repageMinutes)) return { do: "wait", why: "again" };
  const others = isRoundOver ? awake.length - 1 : fresh.length - 1;
  const isAgain = sent.some(({ personId }) => personId === chosen.id);
  return { do: "page", personId: chosen.id, isAgain, minutes: others > 0 ? order.ackMinutes : null };
}
