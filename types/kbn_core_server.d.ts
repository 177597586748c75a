/**
 * What we use of `@kbn/core/server`, which is not on npm. What a line of Kibana may lack is optional here, and looked for
 * before it is used.
 */
declare module '@kbn/core/server' {
  import type { Client } from '@elastic/elasticsearch';
  import type { Type } from '@kbn/config-schema';
  import type { Observable } from 'rxjs';

  type LogWrite = (message: string) => void;
  export interface Logger {
    debug: LogWrite;
    info: LogWrite;
    warn: LogWrite;
    error: LogWrite;
  }

  export interface PluginInitializerContext<Config> {
    logger: { get(...context: string[]): Logger };
    config: { get(): Config; legacy?: { get(): { path: { data: string } } } };
  }

  export interface KibanaRequest {
    readonly params: unknown;
    readonly query: unknown;
    readonly body: unknown;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    /** Once, where the client goes away before it has the whole answer. */
    readonly events: { readonly aborted$: Observable<void> };
  }

  interface ResponseOptions {
    body?: unknown;
    headers?: Record<string, string>;
  }
  export interface KibanaResponse {
    readonly status: number;
  }
  export interface KibanaResponseFactory {
    custom(options: ResponseOptions & { statusCode: number; bypassErrorFormat?: boolean }): KibanaResponse;
  }

  export interface RequestHandlerContext {
    readonly core: Promise<{
      readonly elasticsearch: { readonly client: { readonly asCurrentUser: Client } };
      readonly savedObjects: {
        getClient(options?: { includedHiddenTypes?: readonly string[] }): SavedObjectsClientContract;
      };
    }>;
  }

  interface BodyOptions {
    maxBytes: number;
    parse?: false;
    output?: 'data';
  }
  type Validator = (data: unknown, factory: { ok(value: unknown): unknown }) => unknown;
  export interface VersionedRouteOptions {
    path: string;
    access: 'public' | 'internal';
    /** Kibana 8.17 and later; asked for by 9.1. */
    security: { authz: { requiredPrivileges: string[] } };
    options: { tags: string[]; body?: BodyOptions | undefined };
  }
  export interface VersionedRoute {
    addVersion(
      options: { version: string; validate: { request: { params: Validator; query: Validator; body?: Validator } } },
      handler: (
        context: RequestHandlerContext,
        request: KibanaRequest,
        response: KibanaResponseFactory,
      ) => Promise<KibanaResponse>,
    ): VersionedRoute;
  }
  export interface IRouter {
    readonly versioned: Record<'get' | 'post' | 'put' | 'delete', (options: VersionedRouteOptions) => VersionedRoute>;
  }

  export interface SavedObject<Attributes> {
    id: string;
    type: string;
    attributes: Attributes;
    references: { id: string; type: string; name: string }[];
    namespaces?: string[];
    version?: string;
    managed?: boolean;
  }
  interface FindOptions {
    type: string;
    namespaces?: string[];
    perPage?: number;
    page?: number;
    search?: string;
    searchFields?: string[];
    defaultSearchOperator?: 'AND' | 'OR';
    filter?: string;
    sortField?: string;
    sortOrder?: 'asc' | 'desc';
    hasReference?: { type: string; id: string };
    aggs?: Record<string, object>;
  }
  interface FindResponse<Attributes> {
    saved_objects: SavedObject<Attributes>[];
    total: number;
    aggregations?: Record<string, { value: number | null }>;
  }
  export interface SavedObjectsClientContract {
    find<A>(options: FindOptions): Promise<FindResponse<A>>;
    get<A>(type: string, id: string): Promise<SavedObject<A>>;
    create<A>(
      type: string,
      attributes: A,
      options?: { id?: string; references?: SavedObject<A>['references']; overwrite?: boolean; version?: string },
    ): Promise<SavedObject<A>>;
    bulkCreate<A>(
      objects: { type: string; id: string; attributes: A }[],
    ): Promise<{ saved_objects: { id: string; error?: { statusCode: number } }[] }>;
    update<A>(type: string, id: string, attributes: A, options?: { version?: string }): Promise<{ version?: string }>;
    delete(type: string, id: string): Promise<unknown>;
  }
  export interface ISavedObjectsRepository extends SavedObjectsClientContract {
    createPointInTimeFinder<A>(options: FindOptions): {
      find(): AsyncGenerator<FindResponse<A>>;
      close(): Promise<void>;
    };
    bulkGet(
      objects: { type: string; id: string; namespaces: string[] }[],
    ): Promise<{ saved_objects: { type: string; id: string; managed?: boolean; error?: { statusCode: number } }[] }>;
    bulkDelete(
      objects: { type: string; id: string }[],
      options: { namespace: string; force: boolean },
    ): Promise<{ statuses: { success: boolean; error?: { statusCode: number } }[] }>;
  }
  export interface SavedObjectsImporter {
    import(options: {
      /** Of objects, not of text. */
      readStream: NodeJS.ReadableStream;
      overwrite: boolean;
      createNewCopies: boolean;
      managed: boolean;
    }): Promise<{
      success: boolean;
      successResults?: { type: string; id: string }[];
      errors?: { type: string; id: string; error: { type: string } }[];
    }>;
  }
  export interface SavedObjectsType<Attributes> {
    name: string;
    hidden: boolean;
    namespaceType: 'multiple-isolated' | 'agnostic';
    mappings: { dynamic: false; properties: Record<string, object> };
    modelVersions: Record<
      number,
      { changes: never[]; schemas: { forwardCompatibility: Type<unknown>; create: Type<unknown> } }
    >;
    management?: {
      importableAndExportable: boolean;
      icon: string;
      defaultSearchField: string;
      displayName: string;
      getTitle(object: SavedObject<Attributes>): string;
      getInAppUrl(object: SavedObject<Attributes>): { path: string; uiCapabilitiesPath: string };
    };
  }

  /** Of the plugin `encryptedSavedObjects`, at set-up. */
  export interface EncryptedSavedObjectsSetup {
    /** False where `xpack.encryptedSavedObjects.encryptionKey` is not set. */
    readonly canEncrypt: boolean;
    registerType(type: {
      type: string;
      attributesToEncrypt: ReadonlySet<string>;
      /** Up to 8.13; later lines bind no attribute unless told to, and don't know the key. */
      attributesToExcludeFromAAD: ReadonlySet<string>;
    }): void;
  }
  export interface EncryptedSavedObjectsStart {
    getClient(options: { includedHiddenTypes: string[] }): {
      getDecryptedAsInternalUser<A>(type: string, id: string): Promise<SavedObject<A>>;
    };
  }

  /** Null where Elasticsearch's security is off. */
  export interface ApiKeysService {
    /** For the user of the request, who need not be allowed to make keys. Not from a request that came with an API key. */
    grantAsInternalUser(
      request: KibanaRequest,
      params: { name: string; role_descriptors: Record<string, object>; metadata: Record<string, unknown> },
    ): Promise<{ id: string; api_key: string } | null>;
    invalidateAsInternalUser(params: { ids: string[] }): Promise<{ error_count: number } | null>;
  }
  export interface AuthenticationService {
    getCurrentUser(request: KibanaRequest): { username: string } | null;
    /** In core from 8.16 on; before that the security plugin has it. */
    readonly apiKeys?: ApiKeysService;
  }

  export interface FakeRequest {
    headers: Record<string, string>;
  }
  interface ElasticsearchStart {
    client: {
      asInternalUser: Client;
      asScoped(request: FakeRequest): { asCurrentUser: Client };
    };
  }

  /** Compared by identity: a status must carry one of these. */
  export const ServiceStatusLevels: { available: unknown; degraded: unknown; unavailable: unknown };
  export interface ServiceStatus {
    level: unknown;
    summary: string;
  }
  export interface CoreSetup {
    http: { createRouter(): IRouter };
    savedObjects: { registerType<A>(type: SavedObjectsType<A>): void };
    status: { set(status$: Observable<ServiceStatus>): void };
  }
  export interface CoreStart {
    elasticsearch: ElasticsearchStart;
    savedObjects: {
      createInternalRepository(hiddenTypes?: string[]): ISavedObjectsRepository;
      createImporter(client: SavedObjectsClientContract): SavedObjectsImporter;
    };
    /** Kibana 9. */
    security?: { authc: AuthenticationService };
  }
}

/** Kibana's own copy of rxjs; the part of it that the status service asks for. */
declare module 'rxjs' {
  export interface Observable<T> {
    subscribe(next: (value: T) => void): { unsubscribe(): void };
  }
  export class BehaviorSubject<T> implements Observable<T> {
    constructor(value: T);
    next(value: T): void;
    subscribe(next: (value: T) => void): { unsubscribe(): void };
  }
}
