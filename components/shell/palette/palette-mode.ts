/** Everything there is, or only what the whole Center can be narrowed to. */
export type PaletteMode = "everything" | "scope";
