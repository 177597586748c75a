import { readFileSync } from 'node:fs';
import { bytesPerRule, engineWorkloads } from './engine_workloads';

/** One side of a comparison, in a process of its own: runs what it is asked for and answers with the nanoseconds of one. */
interface Order {
  readonly starterRules?: readonly string[];
  readonly run?: string;
  readonly memory?: number;
}

let workloads = new Map<string, ReturnType<typeof engineWorkloads>[number]>();

function answer({ starterRules, run, memory }: Order): unknown {
  if (memory !== undefined) return bytesPerRule(memory);
  if (starterRules) {
    workloads = new Map(engineWorkloads(starterRules).map((workload) => [workload.name, workload]));
    return [...workloads.values()].map(({ name, per }) => ({ name, per }));
  }
  return timeOf(workloads.get(run!)!);
}

/** So long a run takes at least: the kernel's account of a thread is some milliseconds behind. */
const RUN_MS = 150;

function timeOf(workload: ReturnType<typeof engineWorkloads>[number]): number {
  let times = 0;
  const [begin, start] = [performance.now(), cpuNanoseconds()];
  do {
    workload.run();
    times++;
  } while (performance.now() - begin < RUN_MS);
  return (cpuNanoseconds() - start) / (workload.perRun * times);
}

/** What this thread has run, on Linux: others that take the core away don't count. Elsewhere what a clock says. */
function cpuNanoseconds(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]);
  } catch {
    return performance.now() * 1e6;
  }
}

process.on('message', (order: Order) => process.send!(answer(order)));
process.on('disconnect', () => process.exit(0));
