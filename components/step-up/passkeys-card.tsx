"use client";

import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { fetchJson } from "../live/fetch-json";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { RelativeTime } from "../ui/relative-time";
import { FIELD, Field } from "./field";
import { type FactorsItem, hasFactor, type PasskeyItem } from "./items";
import { makePasskey, type NewPasskeyOrder, orderPasskey } from "./passkey-prompt";
import { StepUpDialog } from "./step-up-dialog";
import { FACTORS_READ } from "./use-factors";

const NAME_MAX = 200;

/** The reader's passkeys, and the ways to another one. */
export function PasskeysCard({ factors }: { readonly factors: FactorsItem }) {
  const t = useTranslations("stepUp.passkeys");
  const { items, impossible } = factors.passkeys;
  const [isAdding, setIsAdding] = useState(false);
  const [removing, setRemoving] = useState<PasskeyItem | null>(null);
  return (
    <Card labelId="passkeys" title={t("title")}>
      <div className="grid gap-3 p-4">
        <p className="text-sm text-muted">{t("lead")}</p>
        {items.length > 0 ? (
          <ul className="divide-y divide-hairline rounded-md border border-hairline">
            {items.map((passkey) => (
              <PasskeyRow key={passkey.id} passkey={passkey} onRemove={() => setRemoving(passkey)} />
            ))}
          </ul>
        ) : null}
        {impossible === null ? (
          <Button className="justify-self-start" onClick={() => setIsAdding(true)}>
            {t("add")}
          </Button>
        ) : (
          <p className="rounded-md bg-unknown px-3 py-2 text-sm text-on-unknown">{t(`impossible.${impossible}`)}</p>
        )}
      </div>
      {isAdding ? <AddDialog factors={factors} onClose={() => setIsAdding(false)} /> : null}
      {removing ? <RemoveDialog passkey={removing} onClose={() => setRemoving(null)} /> : null}
    </Card>
  );
}

function PasskeyRow({ passkey, onRemove }: { readonly passkey: PasskeyItem; onRemove(): void }) {
  const t = useTranslations("stepUp.passkeys");
  const { name, created_at, last_used_at, suspended_at } = passkey;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2">
      <KeyRound aria-hidden="true" className="size-4 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{name}</p>
        <p className="text-sm text-muted">
          {t("created")} <RelativeTime at={created_at} /> · {last_used_at ? t("used") : t("neverUsed")}{" "}
          {last_used_at ? <RelativeTime at={last_used_at} /> : null}
        </p>
        {suspended_at ? <p className="mt-1 rounded-md bg-danger-wash px-2 py-1 text-sm">{t("suspended")}</p> : null}
      </div>
      <Button aria-label={t("removeNamed", { name })} onClick={onRemove}>
        {t("remove")}
      </Button>
    </li>
  );
}

/** Who has a factor shows it; then the browser makes the passkey. */
function AddDialog({ factors, onClose }: { readonly factors: FactorsItem; onClose(): void }) {
  const t = useTranslations("stepUp.passkeys");
  const [name, setName] = useState("");
  /** A prompt that was closed leaves the question open: the next try answers the same one. */
  const ordered = useRef<NewPasskeyOrder | null>(null);
  const mustShow = hasFactor(factors);
  return (
    <StepUpDialog
      title={t("addTitle")}
      look="primary"
      impact={<p className="text-sm">{mustShow ? t("addSecond") : t("addFirst")}</p>}
      needsStepUp={mustShow}
      confirmLabel={t("add")}
      fields={
        <Field label={t("name")} hint={t("nameHint")}>
          {(props) => (
            <input
              {...props}
              className={FIELD}
              value={name}
              maxLength={NAME_MAX}
              required
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
      }
      hasFields={name.trim() !== ""}
      done={t("added")}
      reads={[FACTORS_READ]}
      perform={async ({ show }) => {
        if (mustShow && ordered.current === null) await show(factors.passkeys.adding_digest);
        ordered.current ??= await orderPasskey();
        await makePasskey(ordered.current, name.trim());
      }}
      onClose={onClose}
    />
  );
}

function RemoveDialog({ passkey, onClose }: { readonly passkey: PasskeyItem; onClose(): void }) {
  const t = useTranslations("stepUp.passkeys");
  return (
    <StepUpDialog
      title={t("removeTitle", { name: passkey.name })}
      impact={<p className="text-sm">{t("removeText")}</p>}
      confirmLabel={t("remove")}
      done={t("removed")}
      reads={[FACTORS_READ]}
      perform={async ({ show }) => {
        await show(passkey.removal_digest);
        await fetchJson(`/api/ops/step-up/passkeys/${passkey.id}`, { method: "DELETE" });
      }}
      onClose={onClose}
    />
  );
}
