import type { ComponentProps } from "react";
import { classNames } from "./class-names";

const LOOKS = {
  primary: "bg-accent text-on-accent border-transparent hover:brightness-110",
  secondary: "bg-panel text-ink border-control hover:bg-raised",
  danger: "bg-critical text-on-critical border-transparent hover:brightness-110",
  quiet: "bg-transparent text-ink border-transparent hover:bg-raised",
} as const;

export type ButtonLook = keyof typeof LOOKS;

/** Shared by buttons and by links that look like one; 44 px high where fingers press. */
export function buttonClass(look: ButtonLook = "secondary"): string {
  return classNames(
    "inline-flex min-h-11 items-center justify-center gap-2 rounded-md border px-3.5 text-base font-medium sm:min-h-9",
    "transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55",
    LOOKS[look],
  );
}

export function Button({ look = "secondary", className, type = "button", ...rest }: ComponentProps<"button"> & { look?: ButtonLook }) {
  return <button {...rest} type={type} className={classNames(buttonClass(look), className)} />;
}
