type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** What the rooms ask of a logger; pino's has this shape. Fields never carry keys, credentials or attribute values. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}
