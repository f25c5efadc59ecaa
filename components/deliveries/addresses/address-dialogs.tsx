"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useOrder } from "../../people/use-order";
import { FIELD } from "../../step-up/field";
import { Problem } from "../../step-up/problem";
import { Button } from "../../ui/button";
import { CopyValue } from "../../ui/copy-value";
import { Dialog } from "../../ui/dialog";
import { CHOSEN_EVENTS } from "../delivery-items";
import type { AddressItem } from "./address-items";
import { EventChoice } from "./event-choice";

/** A secret that the server shows this once. */
export interface MadeSecret {
  readonly url: string;
  readonly secret: string;
}

interface FormProps {
  readonly order: ReturnType<typeof useOrder>;
  readonly confirmLabel: string;
  readonly isReady: boolean;
  readonly children: ReactNode;
  onSend(): Promise<void>;
  onClose(): void;
}

function OrderedForm({ order, confirmLabel, isReady, children, onSend, onClose }: FormProps) {
  const danger = useTranslations("danger");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !order.isSending) void onSend();
  };
  return (
    <form className="grid gap-3 p-4" onSubmit={submit}>
      {children}
      {order.problem ? <Problem {...order.problem} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{danger("cancel")}</Button>
        <Button type="submit" look="primary" disabled={!isReady || order.isSending}>
          {order.isSending ? danger("sending") : confirmLabel}
        </Button>
      </div>
    </form>
  );
}

interface AddDialogProps {
  /** Null is an address of ops, which hears of every merchant. */
  readonly tenantId: string | null;
  onMade(made: MadeSecret): void;
  onClose(): void;
}

/** A new address; its secret is shown once it is there. */
export function AddAddressDialog({ tenantId, onMade, onClose }: AddDialogProps) {
  const t = useTranslations("addresses");
  const id = useId();
  const order = useOrder();
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState<readonly string[]>(CHOSEN_EVENTS);
  const send = async () => {
    const body = { tenant_id: tenantId, url: url.trim(), events };
    const made = await order.send<MadeSecret>({ method: "POST", url: "/api/ops/webhooks", body }, null);
    if (!made) return;
    onClose();
    onMade(made);
  };
  return (
    <Dialog isOpen title={t("addTitle")} onClose={onClose}>
      <OrderedForm
        order={order}
        confirmLabel={t("add")}
        isReady={/^https?:\/\/./.test(url.trim()) && events.length > 0}
        onSend={send}
        onClose={onClose}
      >
        <div className="grid gap-1">
          <label htmlFor={id} className="text-sm font-medium">
            {t("url")}
          </label>
          <input
            id={id}
            type="url"
            required
            maxLength={2_048}
            placeholder="https://"
            aria-describedby={`${id}-hint`}
            className={FIELD}
            value={url}
            onChange={({ target }) => setUrl(target.value)}
          />
          <p id={`${id}-hint`} className="text-sm text-muted">
            {t("urlHint")}
          </p>
        </div>
        <EventChoice legend={t("hears")} chosen={events} onChange={setEvents} />
      </OrderedForm>
    </Dialog>
  );
}

/** Of what an address hears from now on. */
export function EventsDialog({ address, onDone, onClose }: { address: AddressItem; onDone(): void; onClose(): void }) {
  const t = useTranslations("addresses");
  const order = useOrder();
  const [events, setEvents] = useState<readonly string[]>(address.events);
  const send = async () => {
    if (!(await order.send({ method: "PATCH", url: `/api/ops/webhooks/${address.id}`, body: { events } }, null))) return;
    onDone();
    onClose();
  };
  return (
    <Dialog isOpen title={t("eventsTitle")} onClose={onClose}>
      <OrderedForm order={order} confirmLabel={t("save")} isReady={events.length > 0} onSend={send} onClose={onClose}>
        <p className="font-mono text-sm break-all">{address.url}</p>
        <EventChoice legend={t("hears")} chosen={events} onChange={setEvents} />
      </OrderedForm>
    </Dialog>
  );
}

/** The secret of an address, this once. */
export function AddressSecret({ made, onClose }: { made: MadeSecret | null; onClose(): void }) {
  const t = useTranslations("addresses");
  return (
    <Dialog isOpen={made !== null} title={t("secretTitle")} onClose={onClose}>
      {made ? (
        <div className="grid gap-4 p-4">
          <p>{t("secretText")}</p>
          <dl className="grid gap-3">
            <CopyValue name={t("secret")} value={made.secret} />
          </dl>
          <p className="text-sm text-muted">{t("secretNext")}</p>
          <Button look="primary" className="justify-self-end" onClick={onClose}>
            {t("secretClose")}
          </Button>
        </div>
      ) : null}
    </Dialog>
  );
}
