"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import type { Severity } from "@/lib/kernel/severity";
import { OrderForm } from "../people/order-form";
import { useOrder } from "../people/use-order";
import { FIELD } from "../step-up/field";
import type { ShownFactor } from "../step-up/items";
import { Dialog } from "../ui/dialog";
import { useTell } from "../ui/toaster";
import { AREA_NAMES, type AreaName, type Candidate, type OnCallOrderItem } from "./on-call-items";
import { PeopleOrder } from "./people-order";

/** The order that is changed, or begun. */
export interface OrderPlace {
  readonly area: AreaName;
  readonly severity: Severity;
  readonly order: OnCallOrderItem | null;
  /** Whether area and severity are still to be chosen. */
  readonly isNew: boolean;
}

const SEVERITY_NAMES = ["critical", "high", "medium", "low"] as const;

interface OrderDialogProps {
  readonly place: OrderPlace;
  readonly candidates: readonly Candidate[];
  onDone(): void;
  onClose(): void;
}

/** Whom incidents of an area and a severity wake from now on. */
export function OrderDialog({ place, candidates, onDone, onClose }: OrderDialogProps) {
  const t = useTranslations("onCall");
  const tell = useTell();
  const order = useOrder();
  const [target, setTarget] = useState({ area: place.area, severity: place.severity });
  const [people, setPeople] = useState<readonly Candidate[]>(place.order?.people ?? []);
  const [minutes, setMinutes] = useState({ ack: place.order?.ack_minutes ?? 10, again: place.order?.repage_minutes ?? 30 });
  const send = async (reason: string, shown: ShownFactor | null) => {
    const body = { ...target, people: people.map(({ id }) => id), ack_minutes: minutes.ack, repage_minutes: minutes.again, reason };
    if (!(await order.send({ method: "PUT", url: "/api/ops/on-call", body }, shown))) return;
    tell(t("saved"));
    onDone();
    onClose();
  };
  return (
    <Dialog isOpen title={t("changeTitle")} onClose={onClose}>
      <OrderForm
        order={order}
        confirmLabel={t("save")}
        reasons={[t("reasonWeek"), t("reasonAway")]}
        onSend={(reason, shown) => void send(reason, shown)}
        onClose={onClose}
      >
        {place.isNew ? <Place value={target} onChange={setTarget} /> : <Covered {...target} />}
        <PeopleOrder people={people} candidates={candidates} onChange={setPeople} />
        <div className="grid grid-cols-2 gap-3">
          <Minutes label={t("ack")} most={240} value={minutes.ack} onChange={(ack) => setMinutes({ ...minutes, ack })} />
          <Minutes label={t("again")} most={1_440} value={minutes.again} onChange={(again) => setMinutes({ ...minutes, again })} />
        </div>
      </OrderForm>
    </Dialog>
  );
}

type Target = Pick<OrderPlace, "area" | "severity">;

function Covered({ area, severity }: Target) {
  const t = useTranslations("onCall");
  const severities = useTranslations("severity");
  return <p className="font-medium">{t("covers", { area: t(`areas.${area}`), severity: severities(severity) })}</p>;
}

function Place({ value, onChange }: { value: Target; onChange(target: Target): void }) {
  const t = useTranslations("onCall");
  const severities = useTranslations("severity");
  const id = useId();
  return (
    <div className="grid grid-cols-2 gap-3">
      <div className="grid gap-1">
        <label htmlFor={`${id}-severity`} className="text-sm font-medium">
          {t("severity")}
        </label>
        <select
          id={`${id}-severity`}
          className={FIELD}
          value={value.severity}
          onChange={({ target }) => onChange({ ...value, severity: target.value as Severity })}
        >
          {SEVERITY_NAMES.map((name) => (
            <option key={name} value={name}>
              {severities(name)}
            </option>
          ))}
        </select>
      </div>
      <div className="grid gap-1">
        <label htmlFor={`${id}-area`} className="text-sm font-medium">
          {t("area")}
        </label>
        <select
          id={`${id}-area`}
          className={FIELD}
          value={value.area}
          onChange={({ target }) => onChange({ ...value, area: target.value as AreaName })}
        >
          {AREA_NAMES.map((name) => (
            <option key={name} value={name}>
              {t(`areas.${name}`)}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

interface MinutesProps {
  readonly label: string;
  readonly most: number;
  readonly value: number;
  onChange(minutes: number): void;
}

function Minutes({ label, most, value, onChange }: MinutesProps) {
  const id = useId();
  return (
    <div className="grid content-end gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        type="number"
        min={1}
        max={most}
        required
        className={FIELD}
        value={value}
        onChange={({ target }) => onChange(Number(target.value))}
      />
    </div>
  );
}
