/** What we use of Kibana's `@kbn/config-schema`, which is not on npm; a plugin finds it where it is installed. */
declare module '@kbn/config-schema' {
  export interface Type<V> {
    readonly __isKbnConfigSchemaType: boolean;
    /** @param namespace stands before the names of settings in what is thrown */
    validate(value: unknown, context?: object, namespace?: string): V;
  }
  export type TypeOf<T> = T extends Type<infer V> ? V : never;
  type Props = Record<string, Type<unknown>>;
  interface Options<V> {
    defaultValue?: V;
  }

  export const schema: {
    boolean(options?: Options<boolean>): Type<boolean>;
    string(
      options?: Options<string> & {
        minLength?: number;
        maxLength?: number;
        validate?: (value: string) => string | undefined;
      },
    ): Type<string>;
    number(options?: Options<number> & { min?: number; max?: number }): Type<number>;
    arrayOf<V>(items: Type<V>, options?: Options<V[]> & { maxSize?: number }): Type<V[]>;
    maybe<V>(type: Type<V>): Type<V | undefined>;
    literal<V extends string>(value: V): Type<V>;
    oneOf<T extends Type<unknown>[]>(types: T, options?: Options<TypeOf<T[number]>>): Type<TypeOf<T[number]>>;
    object<P extends Props>(
      props: P,
      options?: {
        unknowns?: 'allow' | 'ignore' | 'forbid';
        validate?: (value: { [K in keyof P]: TypeOf<P[K]> }) => string | undefined;
      },
    ): Type<{ [K in keyof P]: TypeOf<P[K]> }>;
  };
}
