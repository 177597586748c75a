const EVERY_MS = 1_000;
const PAGE = 100;

/**
 * Tells of the first violation of each rule that is found from now on, and whether its signature holds.
 * @param {string} url of the host
 * @param {(line: string) => void} log
 * @returns {() => void} ends it
 */
export function tellFirstViolations(url, log) {
  const from = new Date().toISOString();
  const told = new Set();
  const look = async () => {
    const { violations } = await get(`${url}/api/v1/violations?from=${from}&limit=${PAGE}`);
    for (const { id, ruleId, ruleName, severity, message } of violations.reverse()) {
      if (told.has(ruleId)) continue;
      const { status } = await get(`${url}/api/v1/violations/${id}/verify`);
      told.add(ruleId);
      log(`violated: ${severity} ${ruleName}`);
      log(`  ${message}`);
      log(`  signature ${status}: ${url}/api/v1/violations/${id}/verify`);
    }
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    // what can't be asked now is asked again
    void look()
      .catch(() => undefined)
      .finally(() => (busy = false));
  }, EVERY_MS);
  return () => clearInterval(timer);
}

/**
 * @param {string} url
 * @returns {Promise<any>}
 */
async function get(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} from ${url}`);
  return answer.json();
}
