"use client";

import "./globals.css";

/** When even the frame fails: in both languages, because nothing is known of the reader. */
export default function GlobalError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <main role="alert" className="mx-auto grid min-h-dvh max-w-prose content-center gap-3 px-6">
          <h1 className="text-xl font-semibold">Reliability Center could not be shown</h1>
          <p lang="fr">Reliability Center n’a pas pu être affiché.</p>
          {error.digest ? <code className="font-mono text-sm">{error.digest}</code> : null}
          <button type="button" onClick={retry} className="min-h-11 justify-self-start rounded-md border border-control px-4 font-medium">
            Retry · <span lang="fr">Réessayer</span>
          </button>
        </main>
      </body>
    </html>
  );
}
