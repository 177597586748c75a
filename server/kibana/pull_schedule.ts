import type { Log } from '../../common/log';
import { describeError } from '../elasticsearch/errors';
import type { PullMode } from '../host/pull/pull_mode';
import type { KibanaPullCaller } from './pull_keys';

const TASK_TYPE = 'betrace:pull';
export const TASK_ID = 'betrace-pull';
const TIMEOUT = '30m';

/** The part of Kibana's Task Manager that we use. */
export interface TaskManagerSetup {
  registerTaskDefinitions(definitions: Record<string, object>): void;
}
export interface TaskManagerStart {
  ensureScheduled(task: object): Promise<unknown>;
  removeIfExists(id: string): Promise<unknown>;
}

type Runs = Pick<PullMode<KibanaPullCaller>, 'runAll'>;

/** One of all Kibanas whose bridge is on runs the task; a Kibana that does not know its type leaves it alone. */
export function registerPullTask(taskManager: TaskManagerSetup, pull: Promise<Runs>): void {
  taskManager.registerTaskDefinitions({
    [TASK_TYPE]: {
      title: 'BeTrace: judges stored traces',
      timeout: TIMEOUT,
      maxAttempts: 1,
      createTaskRunner: () => {
        const cancelled = new AbortController();
        return {
          run: async () => {
            await (await pull).runAll(cancelled.signal);
            return { state: {} };
          },
          cancel: () => Promise.resolve(cancelled.abort()),
        };
      },
    },
  });
}

/** Never throws: without the task all else works. */
export async function schedulePullTask(taskManager: TaskManagerStart, intervalMs: number, log: Log): Promise<void> {
  const task = {
    id: TASK_ID,
    taskType: TASK_TYPE,
    schedule: { interval: `${Math.max(1, Math.round(intervalMs / 1_000))}s` },
    params: {},
    state: {},
    scope: ['betrace'],
  };
  try {
    await taskManager.ensureScheduled(task);
  } catch (error) {
    log.error({ reason: describeError(error) }, "Stored traces are not judged: Kibana's Task Manager took no task");
  }
}
