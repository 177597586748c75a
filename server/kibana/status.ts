import type { CoreSetup, ServiceStatus } from '@kbn/core/server';

/** Tells Kibana's status page how BeTrace fares; BeTrace is never worse than degraded, for Kibana works without it. */
export interface StatusReporter {
  /** @param summary what there is to say all the same */
  available(summary?: string): void;
  /** @param summary one sentence that says what is missing */
  degraded(summary: string): void;
}

/**
 * Loads what the status service compares by identity, from Kibana itself; where a Kibana has it elsewhere nothing is
 * reported, and the log says the same things.
 */
export async function createStatusReporter(): Promise<(status: CoreSetup['status']) => StatusReporter> {
  try {
    const [{ BehaviorSubject }, { ServiceStatusLevels }] = await Promise.all([
      import('rxjs'),
      import('@kbn/core/server'),
    ]);
    return (status) => {
      const current = new BehaviorSubject<ServiceStatus>({
        level: ServiceStatusLevels.degraded,
        summary: 'BeTrace is starting',
      });
      status.set(current);
      return {
        available: (summary = 'BeTrace takes spans') => current.next({ level: ServiceStatusLevels.available, summary }),
        degraded: (summary) => current.next({ level: ServiceStatusLevels.degraded, summary }),
      };
    };
  } catch {
    return () => ({ available: () => undefined, degraded: () => undefined });
  }
}
