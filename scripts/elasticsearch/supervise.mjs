import { startElasticsearch } from './launch.mjs';

const LONGEST_PAUSE_MS = 30_000;

/**
 * Starts Elasticsearch and keeps it running: when it ends without being asked to, it is started again on the same port,
 * with growing pauses.
 * @param {{ home: string, password: string, log: (line: string) => void }} options
 */
export async function superviseElasticsearch(options) {
  const { log } = options;
  let stopping = false;
  let node = await startElasticsearch(options);
  const port = node.port;

  const keepRunning = async () => {
    let pause = 1_000;
    for (;;) {
      await node.exited;
      if (stopping) return;
      log(`Elasticsearch has ended; starting it again in ${pause / 1_000} s`);
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (stopping) return;
      try {
        node = await startElasticsearch({ ...options, httpPort: port });
        pause = 1_000;
        if (stopping) await node.stop();
      } catch (error) {
        log(error instanceof Error ? error.message : String(error));
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  };
  void keepRunning();

  return {
    /** The one that was started first: its address and login hold for all. */
    node,
    stop: () => {
      stopping = true;
      return node.stop();
    },
    kill: () => {
      stopping = true;
      return node.kill();
    },
  };
}
