/**
 * A progress printer: each line says who speaks and after how many seconds.
 * @param {string} who
 */
export function progress(who) {
  const start = performance.now();
  return (/** @type {string} */ line) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
    console.log(`[${who} ${seconds}s] ${line}`);
  };
}

/**
 * Runs a script's main function: an error becomes its message, not a stack, and exit code 1.
 * @param {() => Promise<void>} main
 */
export function runMain(main) {
  main().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
