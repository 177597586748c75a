/** npm passes a Ctrl-C on that the terminal has sent already: what follows this soon is the same one. */
const SAME_SIGNAL_MS = 500;

/** A signal ends the set-up at once. Later the first one asks to stop, and a second one forces. */
export function stopSignals() {
  let handle = () => /** @type {void} */ (process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => handle());
  return {
    /**
     * @param {() => void} force
     * @returns {Promise<void>}
     */
    untilStop: (force) =>
      new Promise((resolve) => {
        handle = () => {
          const first = performance.now();
          resolve();
          handle = () => {
            if (performance.now() - first < SAME_SIGNAL_MS) return;
            force();
            process.exit(130);
          };
        };
      }),
  };
}
