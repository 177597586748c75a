import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeRequests, requestMaker } from './requests.mjs';

// A process of its own: makes requests, then sends them as fast as they are taken, or at a steady rate, and says how that
// went.

const CONNECTIONS = 8;

/** @type {ReturnType<typeof makeRequests>} */
let prepared = [];
let isGzip = false;

/**
 * @param {string} url
 * @param {Agent} agent
 * @param {Buffer} body
 * @returns {Promise<number>} the status
 */
function post(url, agent, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', ...(isGzip ? { 'content-encoding': 'gzip' } : {}) };
    const sending = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    sending.once('error', reject);
    sending.end(body);
  });
}

/** @param {string} url */
async function send(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const start = Date.now();
  let next = 0;
  let refused = 0;
  /** @type {[string, number][]} */
  const bad = [];
  const worker = async () => {
    for (;;) {
      const one = prepared[next];
      next += 1;
      if (one === undefined) return;
      for (let status = await post(url, agent, one.body); status !== 200; status = await post(url, agent, one.body)) {
        if (status !== 503) throw new Error(`The bridge answered ${status}.`);
        refused += 1;
        await sleep(50);
      }
      const at = Date.now();
      for (const id of one.bad) bad.push([id, at]);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  agent.destroy();
  return { start, end: Date.now(), refused, bad, traces: prepared.reduce((sum, { traces }) => sum + traces, 0) };
}

/**
 * Sends so many spans a second for so long, each request made as it is sent; what the bridge refuses is sent again.
 * @param {{ url: string, spansPerSecond: number, ms: number, spans: number }} options
 */
async function sendSteadily({ url, spansPerSecond, ms, spans }) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const make = requestMaker({ spans, gzip: false });
  const start = performance.now();
  const everyMs = (spans / spansPerSecond) * 1_000;
  const last = Math.floor(ms / everyMs);
  let next = 0;
  let refused = 0;
  let latestMs = 0;
  let traces = 0;
  /** @type {[string, number][]} */
  const bad = [];
  const worker = async () => {
    for (;;) {
      const due = start + next * everyMs;
      if (next >= last) return;
      next += 1;
      await sleep(Math.max(0, due - performance.now()));
      const { body, bad: ids, traces: count } = make();
      for (let status = await post(url, agent, body); status !== 200; status = await post(url, agent, body)) {
        if (status !== 503) throw new Error(`The bridge answered ${status}.`);
        refused += 1;
        await sleep(50);
      }
      const at = Date.now();
      for (const id of ids) bad.push([id, at]);
      traces += count;
      latestMs = Math.max(latestMs, performance.now() - due);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  agent.destroy();
  return { spans: last * spans, ms: performance.now() - start, refused, latestMs, bad, traces };
}

process.on(
  'message',
  async (
    /** @type {{ prepare?: Parameters<typeof makeRequests>[0], send?: string, steady?: Parameters<typeof sendSteadily>[0] }} */ message,
  ) => {
    try {
      if (message.prepare) {
        prepared = [];
        isGzip = message.prepare.gzip;
        prepared = makeRequests(message.prepare);
        process.send?.({ prepared: prepared.length });
      } else if (message.steady) process.send?.({ sent: await sendSteadily(message.steady) });
      else if (message.send) process.send?.({ sent: await send(message.send) });
    } catch (error) {
      process.send?.({ error: error instanceof Error ? error.message : String(error) });
    }
  },
);
process.on('disconnect', () => process.exit());
