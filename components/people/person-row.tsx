"use client";

import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { classNames } from "../ui/class-names";
import { type Deed, type PersonItem, ROLE_NAMES, type TenantName } from "./items";

interface PersonRowProps {
  readonly person: PersonItem;
  readonly tenants: readonly TenantName[];
  readonly isSelf: boolean;
  /** Whether the reader may enter others' views. */
  readonly mayEnter: boolean;
  /** Whether the reader is one of the two who erase somebody. */
  readonly mayErase: boolean;
  onChoose(deed: Deed): void;
}

/** Whose view nobody enters; the server says so, too. */
const UNSEEN: ReadonlySet<string> = new Set(["security_admin", "auditor"]);

/** One person: who, what, where, and the ways to change that. */
export function PersonRow({ person, tenants, isSelf, mayEnter, mayErase, onChoose }: PersonRowProps) {
  const t = useTranslations("people");
  const names = useTranslations("roles");
  const roles = ROLE_NAMES.filter((role) => person.roles.includes(role)).map((role) => names(role));
  const places = person.tenants.map((id) => (id === "*" ? t("everywhere") : (tenants.find((tenant) => tenant.id === id)?.name ?? id)));
  const support = useTranslations("support");
  const isSeen = mayEnter && !person.disabled && person.roles.length > 0 && !person.roles.some((role) => UNSEEN.has(role));
  const isErasable = mayErase && person.disabled;
  const more: readonly Deed[] = [...(isSeen ? (["support"] as const) : []), ...(isErasable ? (["erase"] as const) : [])];
  const deeds: readonly Deed[] = isSelf ? ["sessions"] : ["rights", "link", "sessions", "disable", ...more];
  const label = (deed: Deed) => {
    if (deed === "support") return support("enter");
    if (deed === "erase" && person.erase_asked_by !== null) return t("eraseAgree");
    return deed === "disable" && person.disabled ? t("enable") : t(deed);
  };
  if (person.erased) return <ErasedRow />;
  return (
    <li className="grid gap-2 px-4 py-3 md:flex md:items-center md:justify-between">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2">
          <span className={classNames("font-medium break-words", person.disabled && "text-muted line-through")}>{person.name}</span>
          <span className="text-sm break-all text-muted">{person.email}</span>
          {isSelf ? <Chip text={t("you")} /> : null}
          {person.disabled ? <Chip text={t("disabled")} /> : null}
          {person.erase_asked_by !== null ? <Chip text={t("eraseWaits")} /> : null}
          {person.verified_by_provider ? <Chip text={t("provider")} /> : null}
        </p>
        <p className="text-sm break-words text-muted">
          {roles.length > 0 ? roles.join(", ") : t("noRoles")} · {places.length > 0 ? places.join(", ") : t("nowhere")}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {deeds.map((deed) => (
          <Button key={deed} onClick={() => onChoose(deed)} aria-label={`${label(deed)}: ${person.name}`}>
            {label(deed)}
          </Button>
        ))}
      </div>
    </li>
  );
}

/** Who was erased: the record stands for what they did, and says nothing of them. */
function ErasedRow() {
  const t = useTranslations("people");
  return (
    <li className="px-4 py-3">
      <p className="text-muted">{t("erasedPerson")}</p>
    </li>
  );
}

function Chip({ text }: { text: string }) {
  return <span className="rounded-full border border-hairline bg-raised px-2 py-0.5 text-xs">{text}</span>;
}
