import { readConfig } from './config';
import { startHost } from './host';
import { createLogger } from './log';

/** The standalone host as a process: settings from the environment, log on standard output, ends on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  const starting = startHost(config, log);

  let stopping = false;
  const stop = (why: string): void => {
    if (stopping) {
      log.warn('Asked to stop twice: ending at once');
      process.exit(1);
    }
    stopping = true;
    log.info({ why }, 'Stopping');
    starting
      .then((host) => host.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  // before anything is awaited: what is said while the host starts must not be missed
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('disconnect', () => stop('the process that started this one is gone'));
  const host = await starting;
  void host.ready.then(() => process.send?.({ ready: host.url }));
}

main().catch((error: unknown) => {
  process.stderr.write(`BeTrace can't start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
});
