import type { Severity } from "@/lib/kernel/severity";
import type { Found, SearchKind } from "@/lib/platform/web/search/types";

/** Groups of the palette, in the order shown; what the server finds comes last, so that nothing moves when it arrives. */
export type OptionGroup = "here" | "pages" | "actions" | "scope" | SearchKind;

/** One row of the palette, and what choosing it does. */
export interface Option {
  /** Its name among all options: it stays the same while others come and go. */
  readonly id: string;
  readonly group: OptionGroup;
  readonly label: string;
  /** Where, or which, in smaller letters. */
  readonly detail: string;
  readonly severity: Severity | null;
  choose(): void;
}

/** Where what was found is shown. */
export function hrefOf({ kind, id }: Pick<Found, "kind" | "id">): string {
  const named = encodeURIComponent(id);
  switch (kind) {
    case "incident":
      return `/incidents/${named}`;
    case "module_incident":
      return `/module-incidents/${named}`;
    case "plugin":
      return `/fleet/${named}`;
    case "tenant":
      return `/fleet?tenant_id=${named}`;
    case "module":
      return `/modules/${named}`;
    case "rollout":
      return `/rollouts/${named}`;
    case "release":
      return "/releases";
    case "runbook":
      return `/runbooks/${named}`;
    case "audit":
      return `/audit?q=${named}`;
  }
}

/** What somebody may do from anywhere: the page on which it is done, and the button there that opens its dialog. */
export const ACTIONS = [
  { name: "stopEverything", href: "/safety", deed: "kill_switch", roles: ["operator", "approver", "security_admin", "pay_admin"] },
  { name: "startRollout", href: "/rollouts", deed: "start_rollout", roles: ["operator", "pay_admin"] },
  { name: "registerPlugin", href: "/fleet", deed: "register_plugin", roles: ["operator", "security_admin", "tenant_admin", "pay_admin"] },
  { name: "invitePerson", href: "/people", deed: "invite", roles: ["security_admin", "tenant_admin"] },
] as const;

/** Actions that these roles may begin; whether it may be done is judged by the server when it is. */
export function actionsFor(roles: readonly string[]) {
  return ACTIONS.filter((action) => action.roles.some((role) => roles.includes(role)));
}

/** Options as groups, each in its first option's place. */
export function grouped(options: readonly Option[]): readonly { readonly group: OptionGroup; readonly options: readonly Option[] }[] {
  const groups = [...new Set(options.map(({ group }) => group))];
  return groups.map((group) => ({ group, options: options.filter((option) => option.group === group) }));
}
