/**
 * The catalog's corrective migrations, in order; one that was applied somewhere is never edited.
 * @type {readonly import("./migration-repair.mjs").Migration[]}
 */
export const CATALOG_MIGRATIONS = [
  {
    id: "0001-texts-are-nfc",
    describe: "An é that came as e and an accent looks the same and is not found: titles and bodies are kept in Unicode's composed form.",
    statements: [
      "UPDATE documents SET title = normalize(title, NFC), body = normalize(body, NFC) WHERE tenant_id = $1::text::uuid AND NOT (title IS NFC NORMALIZED AND body IS NFC NORMALIZED)",
    ],
    shapes: [{ table: "documents", key: { id: "uuid" }, columns: { title: "text", body: "text" } }],
  },
];
