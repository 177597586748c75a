import { randomBytes } from 'node:crypto';
import { Client } from '@elastic/elasticsearch';
import { startElasticsearch } from '../../scripts/elasticsearch/launch.mjs';
import { removeFolder, temporaryFolder } from './temporary';

/** How to reach a node, and a client of its superuser. */
export interface Elasticsearch {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly client: Client;
  /** What the host is told of it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A node of a test's own. */
export interface OwnElasticsearch extends Elasticsearch {
  readonly port: number;
  /** The process that runs at present; 0 while it is stopped. */
  readonly pid: number;
  /** Ends it in good order; `start` brings it back. */
  stop(): Promise<void>;
  /** Ends it as a power cut would; `start` brings it back. */
  kill(): Promise<void>;
  /** Starts it again with the same data, port and password. */
  start(): Promise<void>;
  /** Ends it and removes its data: for `afterAll`. */
  remove(): Promise<void>;
}

const SHARED = { url: 'BETRACE_TEST_ELASTICSEARCH_URL', password: 'BETRACE_TEST_ELASTICSEARCH_PASSWORD' };
const USERNAME = 'elastic';

/** The node that serves a whole run of tests: use names of your own in it (`uniqueName`), others are there, too. */
export function sharedElasticsearch(): Elasticsearch {
  const url = process.env[SHARED.url];
  const password = process.env[SHARED.password];
  if (!url || !password)
    throw new Error('No Elasticsearch runs: these tests belong to the jest project "integration".');
  return access(url, password);
}

/** For `global_setup`: makes a node the shared one. */
export function shareElasticsearch({ url, password }: Pick<Elasticsearch, 'url' | 'password'>): void {
  process.env[SHARED.url] = url;
  process.env[SHARED.password] = password;
}

/** A name that no other test uses, fit for namespaces, indices and users. */
export function uniqueName(prefix = 'test'): string {
  return `${prefix}_${randomBytes(6).toString('hex')}`;
}

/** Starts a node for tests that stop, kill or fill it. Takes about four seconds. */
export async function startOwnElasticsearch(): Promise<OwnElasticsearch> {
  const home = temporaryFolder();
  const password = randomBytes(16).toString('hex');
  let node = await startElasticsearch({ home, password });
  const { url, port } = node;
  let running = true;
  const end = async (how: 'stop' | 'kill') => {
    running = false;
    await node[how]();
  };
  return {
    ...access(url, password),
    port,
    get pid() {
      return running ? node.pid : 0;
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
    start: async () => {
      node = await startElasticsearch({ home, password, httpPort: port });
      running = true;
    },
    remove: async () => {
      await end('kill');
      removeFolder(home);
    },
  };
}

function access(url: string, password: string): Elasticsearch {
  return {
    url,
    username: USERNAME,
    password,
    client: new Client({ node: url, auth: { username: USERNAME, password } }),
    environment: { ELASTICSEARCH_URL: url, ELASTICSEARCH_USERNAME: USERNAME, ELASTICSEARCH_PASSWORD: password },
  };
}
