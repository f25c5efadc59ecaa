import { CircleCheck, CircleDashed, Clock, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { StateChip } from "../ui/state-chip";

const LOOKS = {
  good: { icon: CircleCheck, className: "border-transparent bg-ok text-on-ok" },
  soon: { icon: Clock, className: "border-severity-line bg-medium text-severity-ink" },
  expired: { icon: TriangleAlert, className: "border-danger bg-danger-wash text-ink" },
  unmet: { icon: TriangleAlert, className: "border-danger bg-danger-wash text-ink" },
  signed: { icon: CircleCheck, className: "border-transparent bg-ok text-on-ok" },
  unsigned: { icon: CircleDashed, className: "border-dashed border-control bg-unknown text-on-unknown" },
} as const;

export type SignatureState = keyof typeof LOOKS;

/** How something stands with its signatures, as symbol and word. */
export function SignatureChip({ state }: { state: SignatureState }) {
  const t = useTranslations("releases.state");
  return <StateChip look={LOOKS[state]}>{t(state)}</StateChip>;
}
