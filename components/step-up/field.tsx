import { type ReactNode, useId } from "react";

export const FIELD = "min-h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base";

interface FieldProps {
  readonly label: string;
  readonly hint: string;
  readonly children: (props: { id: string; "aria-describedby": string }) => ReactNode;
}

/** A field with its name above and what it wants below. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": `${id}-hint` })}
      <p id={`${id}-hint`} className="text-sm break-words text-muted">
        {hint}
      </p>
    </div>
  );
}

interface CodeInputProps {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly value: string;
  onChange(code: string): void;
}

/** Six digits of an authenticator app; phones offer their number keys. */
export function CodeInput({ value, onChange, ...props }: CodeInputProps) {
  return (
    <input
      {...props}
      className={`${FIELD} max-w-40 font-mono tracking-widest`}
      value={value}
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={7}
      required
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
