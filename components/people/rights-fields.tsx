"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { FIELD } from "../step-up/field";
import { ROLE_NAMES, type TenantName } from "./items";

const EVERYWHERE = "*";

/** What somebody may do, and where. */
export interface Rights {
  readonly roles: readonly string[];
  /** Tenant ids, or exactly ["*"]. */
  readonly tenants: readonly string[];
}

interface RightsFieldsProps {
  readonly value: Rights;
  readonly tenants: readonly TenantName[];
  readonly mayGiveEverywhere: boolean;
  onChange(rights: Rights): void;
}

const toggled = (all: readonly string[], one: string) => (all.includes(one) ? all.filter((other) => other !== one) : [...all, one]);

/** Roles as check boxes, places as a list of which several may be chosen. */
export function RightsFields({ value, tenants, mayGiveEverywhere, onChange }: RightsFieldsProps) {
  const t = useTranslations("people");
  const names = useTranslations("roles");
  const id = useId();
  const choose = (chosen: readonly string[]) => onChange({ ...value, tenants: chosen.includes(EVERYWHERE) ? [EVERYWHERE] : chosen });
  return (
    <>
      <fieldset className="grid gap-1">
        <legend className="text-sm font-medium">{t("roles")}</legend>
        <div className="grid gap-x-3 sm:grid-cols-2">
          {ROLE_NAMES.map((role) => (
            <label key={role} className="flex min-h-11 items-center gap-2.5 sm:min-h-8">
              <input
                type="checkbox"
                className="size-5 accent-accent sm:size-4"
                checked={value.roles.includes(role)}
                onChange={() => onChange({ ...value, roles: toggled(value.roles, role) })}
              />
              {names(role)}
            </label>
          ))}
        </div>
      </fieldset>
      <div className="grid gap-1">
        <label htmlFor={`${id}-tenants`} className="text-sm font-medium">
          {t("tenants")}
        </label>
        <select
          id={`${id}-tenants`}
          multiple
          size={Math.min(6, tenants.length + 1)}
          className={`${FIELD} py-1`}
          value={[...value.tenants]}
          onChange={({ target }) => choose([...target.selectedOptions].map((option) => option.value))}
        >
          {mayGiveEverywhere ? <option value={EVERYWHERE}>{t("everywhere")}</option> : null}
          {tenants.map((tenant) => (
            <option key={tenant.id} value={tenant.id}>
              {tenant.name}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}
