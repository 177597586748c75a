/** As much of Elastic's agent for browsers as pages use; every version that Kibana 8.12 and later bring has it. */
interface Transaction {
  addLabels(labels: Readonly<Record<string, string>>): void;
  startSpan(name: string, type: string, options: { blocking: true }): { end(): void } | undefined;
  block(isBlocked: boolean): void;
}
interface Agent {
  getCurrentTransaction(): Transaction | undefined;
  startTransaction(name: string, type: string, options: { managed: true; canReuse?: true }): Transaction | undefined;
}

/** Begins the name of each transaction of ours, which may be among those of other pages. */
export const TRANSACTION_PREFIX = 'BeTrace ';
/** Within so long a page that is shown begins to ask for what is on it; from then on the agent waits for the answers. */
const FIRST_REQUEST_MS = 200;

/** Kibana's agent or ours, whichever runs; an agent's own trouble is not the pages'. */
function withAgent<T>(use: (agent: Agent) => T): T | undefined {
  const { elasticApm } = globalThis as { elasticApm?: Partial<Agent> };
  if (typeof elasticApm?.startTransaction !== 'function') return undefined;
  try {
    return use(elasticApm as Agent);
  } catch {
    return undefined;
  }
}

/**
 * Names the transaction of a page that is shown now.
 * @param page its route, such as `/rules/:id`: an address with ids in it would be a name for each
 */
export function tellPage(page: string, labels: Readonly<Record<string, string>>): void {
  withAgent((agent) => {
    const name = `${TRANSACTION_PREFIX}${page}`;
    const transaction = agent.startTransaction(name, 'route-change', { managed: true, canReuse: true });
    if (!transaction) return;
    transaction.addLabels({ ...labels, betrace_page: page });
    transaction.block(true);
    setTimeout(() => transaction.block(false), FIRST_REQUEST_MS);
  });
}

/** Does something that users wait for, as a span of what they are doing. */
export async function measured<T>(name: string, work: () => Promise<T>): Promise<T> {
  const span = withAgent((agent) => {
    const options = { managed: true } as const;
    const transaction =
      agent.getCurrentTransaction() ??
      agent.startTransaction(`${TRANSACTION_PREFIX}${name}`, 'user-interaction', options);
    return transaction?.startSpan(`${TRANSACTION_PREFIX}${name}`, 'app', { blocking: true });
  });
  try {
    return await work();
  } finally {
    withAgent(() => span?.end());
  }
}
