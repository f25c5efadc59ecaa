"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ShownFactor } from "../step-up/items";
import { Dialog } from "../ui/dialog";
import { useTell } from "../ui/toaster";
import type { PersonItem, ShownLink, TenantName } from "./items";
import { LinkShown } from "./link-shown";
import { OrderForm } from "./order-form";
import { type Rights, RightsFields } from "./rights-fields";
import { useOrder } from "./use-order";

interface PersonDialogProps {
  readonly person: PersonItem;
  onDone(): void;
  onClose(): void;
}

/** Somebody's roles and places, as they are to be from now on. */
export function RightsDialog({
  person,
  tenants,
  mayGiveEverywhere,
  onDone,
  onClose,
}: PersonDialogProps & { tenants: readonly TenantName[]; mayGiveEverywhere: boolean }) {
  const t = useTranslations("people");
  const tell = useTell();
  const order = useOrder();
  const [rights, setRights] = useState<Rights>(person);
  const send = async (reason: string, shown: ShownFactor | null) => {
    const body = { roles: rights.roles, tenants: rights.tenants, reason };
    const changed = await order.send<PersonItem>({ method: "PATCH", url: `/api/ops/people/${person.id}`, body }, shown);
    if (!changed) return;
    tell(t("saved", { name: changed.name }));
    onDone();
    onClose();
  };
  return (
    <Dialog isOpen title={t("rightsTitle", { name: person.name })} onClose={onClose}>
      <OrderForm
        order={order}
        confirmLabel={t("save")}
        reasons={[t("reasons.moves"), t("reasons.leaves")]}
        onSend={(reason, shown) => void send(reason, shown)}
        onClose={onClose}
      >
        <RightsFields value={rights} tenants={tenants} mayGiveEverywhere={mayGiveEverywhere} onChange={setRights} />
      </OrderForm>
    </Dialog>
  );
}

/** Somebody is shut out, or let in again. */
export function DisableDialog({ person, onDone, onClose }: PersonDialogProps) {
  const t = useTranslations("people");
  const tell = useTell();
  const order = useOrder();
  const deed = person.disabled ? "enable" : "disable";
  const send = async (reason: string, shown: ShownFactor | null) => {
    const body = { disabled: !person.disabled, reason };
    const changed = await order.send<PersonItem>({ method: "PATCH", url: `/api/ops/people/${person.id}`, body }, shown);
    if (!changed) return;
    tell(t("saved", { name: changed.name }));
    onDone();
    onClose();
  };
  return (
    <Dialog isOpen title={t(`${deed}Title`, { name: person.name })} onClose={onClose}>
      <OrderForm
        order={order}
        confirmLabel={t(deed)}
        look={person.disabled ? "primary" : "danger"}
        reasons={[t("reasons.leaves"), t("reasons.joins")]}
        onSend={(reason, shown) => void send(reason, shown)}
        onClose={onClose}
      >
        <p className="text-sm">{t(`${deed}Text`)}</p>
      </OrderForm>
    </Dialog>
  );
}

/** Somebody gets a link by which they choose another password. */
export function LinkDialog({ person, onClose }: PersonDialogProps) {
  const t = useTranslations("people");
  const order = useOrder();
  const [link, setLink] = useState<ShownLink | null>(null);
  const send = async (reason: string, shown: ShownFactor | null) => {
    setLink(await order.send<ShownLink>({ method: "POST", url: `/api/ops/people/${person.id}/link`, body: { reason } }, shown));
  };
  return (
    <Dialog isOpen title={t("linkTitle", { name: person.name })} onClose={onClose}>
      {link ? (
        <LinkShown link={link} name={person.name} onClose={onClose} />
      ) : (
        <OrderForm
          order={order}
          confirmLabel={t("makeLink")}
          reasons={[t("reasons.lost"), t("reasons.joins")]}
          onSend={(reason, shown) => void send(reason, shown)}
          onClose={onClose}
        >
          <p className="text-sm">{t("linkText")}</p>
        </OrderForm>
      )}
    </Dialog>
  );
}
