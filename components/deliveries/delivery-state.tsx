import { CircleCheck, CircleX, Clock } from "lucide-react";
import { useTranslations } from "next-intl";
import type { DeliveryItem } from "./delivery-items";

const LOOKS = {
  waiting: { icon: Clock, tone: "text-muted" },
  delivered: { icon: CircleCheck, tone: "text-on-ok" },
  dead: { icon: CircleX, tone: "text-danger" },
} as const;

/** Whether a message arrived: a shape, a word and a colour. */
export function DeliveryState({ status }: Pick<DeliveryItem, "status">) {
  const t = useTranslations("deliveries");
  const { icon: Icon, tone } = LOOKS[status];
  return (
    <span className="inline-flex items-center gap-1.5 text-sm">
      <Icon aria-hidden="true" className={`size-4 shrink-0 ${tone}`} />
      {t(status)}
    </span>
  );
}
