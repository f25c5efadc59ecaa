import { useTranslations } from "next-intl";
import { DELIVERY_EVENTS, eventKey } from "./delivery-items";

/** What a message is about, in the reader's language; an event that this page does not know yet under its own name. */
export function EventName({ event }: { event: string }) {
  const t = useTranslations("deliveries.events");
  const known = DELIVERY_EVENTS.find((name) => name === event);
  return known ? t(eventKey(known)) : <code>{event}</code>;
}
