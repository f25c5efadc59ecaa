"use client";

import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useEffect, useMemo, useState } from "react";
import type { PaletteMode } from "./palette-mode";

// Nobody pays for the search before they ask for it.
const Palette = lazy(() => import("./palette"));

interface PaletteAccess {
  openPalette(mode?: PaletteMode): void;
}

const PaletteContext = createContext<PaletteAccess>({ openPalette: () => undefined });

/** Opens the palette from anywhere: by its button, by `/` where a page has no search of its own, and by Ctrl K or ⌘ K, also while writing. */
export function PaletteHost({ roles, children }: { roles: readonly string[]; children: ReactNode }) {
  const [mode, setMode] = useState<PaletteMode | null>(null);
  const openPalette = useCallback((next: PaletteMode = "everything") => setMode(next), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      // What a dialog asks comes first; the palette itself closes by the keys that opened it.
      if (document.querySelector("dialog[open]:not([data-palette])")) return;
      event.preventDefault();
      setMode((now) => (now === null ? "everything" : null));
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const access = useMemo(() => ({ openPalette }), [openPalette]);
  return (
    <PaletteContext value={access}>
      {children}
      {mode === null ? null : (
        <Suspense fallback={null}>
          <Palette key={mode} mode={mode} roles={roles} onClose={() => setMode(null)} />
        </Suspense>
      )}
    </PaletteContext>
  );
}

export function usePalette(): PaletteAccess {
  return useContext(PaletteContext);
}
