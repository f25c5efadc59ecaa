"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { classNames } from "./class-names";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isProblem: boolean;
}

type Tell = (text: string, options?: { readonly isProblem?: boolean }) => void;

const ToastContext = createContext<Tell>(() => undefined);
const SHOWN_MS = 8_000;

/** One short message at a time, read aloud by screen readers; a problem is read at once. */
export function Toaster({ children }: { children: ReactNode }) {
  const [toast, setToast] = useState<Toast | null>(null);
  const tell = useCallback<Tell>((text, options) => {
    setToast((last) => ({ id: (last?.id ?? 0) + 1, text, isProblem: options?.isProblem ?? false }));
  }, []);
  useEffect(() => {
    if (!toast) return;
    const timer = setTimeout(() => setToast(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  const box = "rounded-md border bg-panel px-4 py-3 text-base font-medium shadow-lg";
  return (
    <ToastContext value={tell}>
      {children}
      <div className="pointer-events-none fixed inset-x-4 bottom-20 z-40 flex justify-center md:bottom-6">
        <div role="status">{toast && !toast.isProblem ? <p className={classNames(box, "border-control")}>{toast.text}</p> : null}</div>
        <div role="alert">{toast?.isProblem ? <p className={classNames(box, "border-danger text-danger")}>{toast.text}</p> : null}</div>
      </div>
    </ToastContext>
  );
}

export function useTell(): Tell {
  return useContext(ToastContext);
}
