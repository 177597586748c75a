import { sendCustomers } from './customers.mjs';
import { installStarterRules, readStarterRules } from './rules.mjs';
import { openShop } from './shop.mjs';
import { tellFirstViolations } from './watch.mjs';

/**
 * What the demo adds to a host: starter rules, a shop that breaks them now and then, and customers.
 * @param {object} options
 * @param {string} options.url of the host
 * @param {(line: string) => void} options.log
 * @param {string} options.rulesFile remembers which starter rules were saved
 * @param {Parameters<typeof sendCustomers>[1]} [options.customers] how often they come
 * @returns {import('../lib/serve.mjs').Companion}
 */
export function runDemo({ url, log, rulesFile, customers }) {
  const stopped = new AbortController();
  /** @type {Awaited<ReturnType<typeof openShop>> | undefined} */
  let shop;
  /** @type {(() => void)[]} */
  const atStop = [];

  const open = async () => {
    const saved = await installStarterRules(url, rulesFile);
    log(saved.length > 0 ? `saved ${saved.length} starter rules` : 'the starter rules are there');
    log('opening the shop');
    shop = await openShop({ endpoint: `${url}/v1/traces`, log, signal: stopped.signal });
    if (stopped.signal.aborted) return;
    atStop.push(sendCustomers(shop.url, customers), tellFirstViolations(url, log));
    await announce(url, shop.names, log);
  };
  const opened = open();
  const ended = opened.then(
    () => new Promise(() => undefined),
    (error) => {
      if (!stopped.signal.aborted) log(error.message);
    },
  );

  const halt = () => {
    stopped.abort();
    atStop.forEach((stop) => stop());
  };
  return {
    ended,
    stop: async () => {
      halt();
      await opened.catch(() => undefined);
      await shop?.stop();
    },
    kill: () => {
      halt();
      shop?.kill();
    },
  };
}

/**
 * @param {string} url
 * @param {readonly string[]} services
 * @param {(line: string) => void} log
 */
async function announce(url, services, log) {
  const page = (await fetch(url)).ok ? url : `${url}/api/v1/violations`;
  log(`The shop is open: ${services.join(', ')} send their spans to ${url}/v1/traces.`);
  log('Its customers run into these now and then, the first within half a minute:');
  for (const { severity, name } of await readStarterRules()) log(`  ${severity.padEnd(8)} ${name}`);
  log(`READY: see the violations at ${page} (Ctrl-C stops everything)`);
}
