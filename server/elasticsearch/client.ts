import { Client, type ClientOptions } from '@elastic/elasticsearch';

export interface ElasticsearchSettings {
  readonly url: string;
  readonly apiKey?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** A client for one cluster; retries of ours go on top, so its own are few and its time-outs short. */
export function createClient(settings: ElasticsearchSettings): Client {
  const options: ClientOptions = {
    node: settings.url,
    requestTimeout: 30_000,
    maxRetries: 1,
    redaction: { type: 'remove' },
    name: 'betrace',
  };
  if (settings.apiKey) options.auth = { apiKey: settings.apiKey };
  else if (settings.username) options.auth = { username: settings.username, password: settings.password ?? '' };
  return new Client(options);
}
