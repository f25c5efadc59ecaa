"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { FIELD } from "../step-up/field";
import type { ShownFactor } from "../step-up/items";
import { Dialog } from "../ui/dialog";
import { useTell } from "../ui/toaster";
import type { PersonItem, ShownLink, TenantName } from "./items";
import { LinkShown } from "./link-shown";
import { OrderForm } from "./order-form";
import { type Rights, RightsFields } from "./rights-fields";
import { useOrder } from "./use-order";

interface InviteDialogProps {
  readonly tenants: readonly TenantName[];
  readonly mayGiveEverywhere: boolean;
  onDone(): void;
  onClose(): void;
}

/** Somebody new gets a record, and a link by which they choose a password. */
export function InviteDialog(props: InviteDialogProps) {
  const t = useTranslations("people");
  const [made, setMade] = useState<{ link: ShownLink; name: string } | null>(null);
  const close = () => {
    props.onDone();
    props.onClose();
  };
  return (
    <Dialog isOpen title={t("inviteTitle")} onClose={close}>
      {made ? <LinkShown {...made} onClose={close} /> : <InviteForm {...props} onMade={setMade} />}
    </Dialog>
  );
}

type InviteFormProps = InviteDialogProps & { onMade(made: { link: ShownLink; name: string }): void };

function InviteForm({ tenants, mayGiveEverywhere, onDone, onClose, onMade }: InviteFormProps) {
  const t = useTranslations("people");
  const tell = useTell();
  const order = useOrder();
  const id = useId();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [rights, setRights] = useState<Rights>({ roles: ["viewer"], tenants: [] });
  const [invite, setInvite] = useState(true);
  const send = async (reason: string, shown: ShownFactor | null) => {
    const body = { email: email.trim(), name: name.trim(), ...rights, invite, reason };
    const person = await order.send<PersonItem & { link?: ShownLink }>({ method: "POST", url: "/api/ops/people", body }, shown);
    if (!person) return;
    if (person.link) return onMade({ link: person.link, name: person.name });
    tell(t("invited", { name: person.name }));
    onDone();
    onClose();
  };
  return (
    <OrderForm
      order={order}
      confirmLabel={t("invite")}
      reasons={[t("reasons.joins"), t("reasons.moves")]}
      onSend={(reason, shown) => void send(reason, shown)}
      onClose={onClose}
    >
      <p className="text-sm text-muted">{t("inviteText")}</p>
      <div className="grid gap-1">
        <label htmlFor={`${id}-email`} className="text-sm font-medium">
          {t("email")}
        </label>
        <input
          id={`${id}-email`}
          type="email"
          required
          maxLength={320}
          className={FIELD}
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
      </div>
      <div className="grid gap-1">
        <label htmlFor={`${id}-name`} className="text-sm font-medium">
          {t("name")}
        </label>
        <input id={`${id}-name`} required maxLength={200} className={FIELD} value={name} onChange={({ target }) => setName(target.value)} />
      </div>
      <RightsFields value={rights} tenants={tenants} mayGiveEverywhere={mayGiveEverywhere} onChange={setRights} />
      <label className="flex min-h-11 items-center gap-2.5 sm:min-h-8">
        <input type="checkbox" className="size-5 accent-accent sm:size-4" checked={invite} onChange={() => setInvite(!invite)} />
        {t("withLink")}
      </label>
    </OrderForm>
  );
}
