"use client";

import { useTranslations } from "next-intl";
import { useEffect, useId, useState } from "react";
import { FIELD } from "../step-up/field";
import { KeyError, type KeyFile, readKeyFile } from "./keys/key-file";
import { keptKeys } from "./keys/key-store";

/** The key that somebody signs with, once they typed its passphrase. */
export interface Signer {
  readonly files: readonly KeyFile[];
  readonly file: KeyFile | null;
  readonly passphrase: string;
  readonly isReady: boolean;
  choose(keyid: string): void;
  bring(file: KeyFile): void;
  type(passphrase: string): void;
}

/** Keys of somebody in this browser, and the one that is chosen. */
export function useSigner(approver: string): Signer {
  const [files, setFiles] = useState<readonly KeyFile[]>([]);
  const [keyid, setKeyid] = useState("");
  const [passphrase, setPassphrase] = useState("");
  useEffect(() => {
    // A browser that keeps nothing (a private window, storage turned off) still signs with a file that is chosen.
    keptKeys(approver).then(setFiles, () => setFiles([]));
  }, [approver]);
  const file = files.find((each) => each.keyid === keyid) ?? files[0] ?? null;
  return {
    files,
    file,
    passphrase,
    isReady: file !== null && passphrase !== "",
    choose: setKeyid,
    bring(brought) {
      setFiles((known) => [brought, ...known.filter((each) => each.keyid !== brought.keyid)]);
      setKeyid(brought.keyid);
    },
    type: setPassphrase,
  };
}

/** What to say when a key cannot be used, in the reader's language. */
export function useKeyWords(): (error: unknown) => Error {
  const t = useTranslations("approvals.keyError");
  return (error) => (error instanceof KeyError ? new Error(t(error.code)) : error instanceof Error ? error : new Error(String(error)));
}

/** Which key, and its passphrase. The private half is opened here, for one signature, and goes nowhere. */
export function SignerFields({ signer, approver }: { readonly signer: Signer; readonly approver: string }) {
  const t = useTranslations("approvals.sign");
  const words = useKeyWords();
  const ids = [useId(), useId()] as const;
  const [problem, setProblem] = useState<string | null>(null);
  const bring = async (chosen: File | undefined) => {
    if (!chosen) return;
    try {
      const file = readKeyFile(await chosen.text());
      if (file.approver !== approver) throw new KeyError("other_person");
      signer.bring(file);
      setProblem(null);
    } catch (error) {
      setProblem(words(error).message);
    }
  };
  return (
    <fieldset className="grid gap-3 rounded-md border border-hairline p-3">
      <legend className="px-1 text-sm font-medium">{t("title")}</legend>
      {signer.file ? (
        <div className="grid gap-1">
          <label htmlFor={ids[0]} className="text-sm font-medium">
            {t("key")}
          </label>
          <select id={ids[0]} className={FIELD} value={signer.file.keyid} onChange={({ target }) => signer.choose(target.value)}>
            {signer.files.map(({ keyid }) => (
              <option key={keyid} value={keyid}>
                {keyid.slice(0, 16)}…
              </option>
            ))}
          </select>
        </div>
      ) : (
        <p className="text-sm">{t("noKey")}</p>
      )}
      <div className="grid gap-1">
        <label htmlFor={ids[1]} className="text-sm font-medium">
          {t("file")}
        </label>
        <input
          id={ids[1]}
          type="file"
          accept="application/json,.json"
          className="text-sm"
          onChange={({ target }) => void bring(target.files?.[0])}
        />
      </div>
      {signer.file ? <Passphrase signer={signer} /> : null}
      {problem ? (
        <p role="alert" className="rounded-md bg-danger-wash px-3 py-2 text-sm">
          {problem}
        </p>
      ) : null}
    </fieldset>
  );
}

function Passphrase({ signer }: { readonly signer: Signer }) {
  const t = useTranslations("approvals.sign");
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {t("passphrase")}
      </label>
      <input
        id={id}
        type="password"
        autoComplete="off"
        className={FIELD}
        value={signer.passphrase}
        onChange={({ target }) => signer.type(target.value)}
      />
      <p className="text-sm text-muted">{t("passphraseHint")}</p>
    </div>
  );
}
