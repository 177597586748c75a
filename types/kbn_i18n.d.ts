/** What we use of Kibana's `@kbn/i18n`, which is not on npm; Kibana shares it, and the standalone host has its own. */
declare module '@kbn/i18n' {
  export const i18n: {
    /**
     * The message in the user's language; ICU message syntax.
     * @param id `betrace.<page>.<what>`
     */
    translate(
      id: string,
      options: { defaultMessage: string; values?: Readonly<Record<string, string | number>>; description?: string },
    ): string;
    /** A BCP 47 tag, e.g. `en` or `fr-FR`. */
    getLocale(): string;
  };
}
