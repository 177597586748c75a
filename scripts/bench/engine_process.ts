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
  const workload = workloads.get(run!)!;
  const start = process.hrtime.bigint();
  workload.run();
  return Number(process.hrtime.bigint() - start) / workload.perRun;
}

process.on('message', (order: Order) => process.send!(answer(order)));
process.on('disconnect', () => process.exit(0));
